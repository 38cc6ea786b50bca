// Axis: a client of the classes that its WSDL2Java makes from both served WSDLs.
// `java Client URL SENDER PASSWORD SYNC_SERVICE DATA ASYNC_SERVICE DOCUMENT` prints one JSON object of what it read.
// The addresses are those of the WSDLs, compiled in: the URL is not looked at.
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Calendar;
import java.util.List;

import javax.xml.rpc.encoding.TypeMappingRegistry;

import kz.bee.bip.AsyncChannel.v10.ITypes.AsyncGetMessageStatusRequest;
import kz.bee.bip.AsyncChannel.v10.ITypes.AsyncGetMessagesRequest;
import kz.bee.bip.AsyncChannel.v10.ITypes.AsyncMessage;
import kz.bee.bip.AsyncChannel.v10.ITypes.AsyncMessageInfo;
import kz.bee.bip.AsyncChannel.v10.ITypes.AsyncMessageInfoMessageType;
import kz.bee.bip.AsyncChannel.v10.ITypes.AsyncSendDeliveryNotificationRequest;
import kz.bee.bip.AsyncChannel.v10.ITypes.AsyncSendMessageRequest;
import kz.bee.bip.AsyncChannel.v10.Interfaces.Binding.AsyncChannelHttpServiceLocator;
import kz.bee.bip.SyncChannel.v10.Interfaces.Binding2.ISyncChannelHttpServiceLocator;
import kz.bee.bip.SyncChannel.v10.Types.Request.RequestData;
import kz.bee.bip.SyncChannel.v10.Types.Request.SyncSendMessageRequest;
import kz.bee.bip.SyncChannel.v10.Types.SyncMessageInfo;
import kz.bee.bip.common.v10.Types.DeliveryNotification;
import kz.bee.bip.common.v10.Types.DeliveryStatusInfo;
import kz.bee.bip.common.v10.Types.DeliveryStatusInfoReceiveStatus;
import kz.bee.bip.common.v10.Types.DeliveryStatusInfoResendMessage;
import kz.bee.bip.common.v10.Types.ErrorInfo;
import kz.bee.bip.common.v10.Types.MessageData;
import kz.bee.bip.common.v10.Types.SenderInfo;
import org.apache.axis.Constants;
import org.apache.axis.client.Stub;
import org.apache.axis.encoding.ser.ElementDeserializer;
import org.apache.axis.encoding.ser.ElementDeserializerFactory;
import org.apache.axis.encoding.ser.ElementSerializerFactory;
import org.apache.axis.utils.XMLUtils;
import org.w3c.dom.Element;

class Client {
  public static void main(String[] given) throws Exception {
    String syncId = given[3], data = given[4], asyncId = given[5], document = given[6];
    SenderInfo sender = new SenderInfo(given[1], given[2]);
    Calendar now = Calendar.getInstance();

    var syncService = new ISyncChannelHttpServiceLocator();
    var sync = syncService.getSyncChannelHttpPort();
    readDataAsElement(syncService.getTypeMappingRegistry(), (Stub) sync);
    SyncMessageInfo info = new SyncMessageInfo();
    info.setMessageId("axis-1");
    info.setServiceId(syncId);
    info.setMessageDate(now);
    info.setSender(sender);
    var question = new SyncSendMessageRequest(info, new RequestData(parsed(data)));
    var reply = sync.sendMessage(question);
    Element person = (Element) ((Element) reply.getResponseData().getData()).getElementsByTagName("person").item(0);
    String fault = null;
    info.setSender(new SenderInfo(given[1], "wrong"));
    try {
      sync.sendMessage(question);
    } catch (ErrorInfo error) {
      fault = error.getErrorCode();
    }

    var async = new AsyncChannelHttpServiceLocator().getAsyncChannelHttpPort();
    AsyncMessageInfo about = new AsyncMessageInfo();
    about.setServiceId(asyncId);
    about.setMessageType(AsyncMessageInfoMessageType.REQUEST);
    about.setMessageDate(now);
    about.setSender(sender);
    var taken = async.sendMessage(new AsyncSendMessageRequest(about, new MessageData(document)));
    String state = async.getMessageStatus(new AsyncGetMessageStatusRequest(taken.getMessageId(), now, sender, null))
        .getMessageState().getValue();

    AsyncGetMessagesRequest wanted = new AsyncGetMessagesRequest();
    wanted.setCorrelationId(taken.getCorrelationId());
    wanted.setServiceId(asyncId);
    wanted.setSender(sender);
    AsyncMessage[] got = null;
    for (int tries = 0; (got == null || got.length < 2) && tries < 100; tries++) {
      Thread.sleep(20);
      got = async.getMessages(wanted).getMessages();
    }
    List<String> messages = new ArrayList<>(), receipts = new ArrayList<>();
    for (AsyncMessage one : got) {
      var accepted = new DeliveryStatusInfo(
          DeliveryStatusInfoReceiveStatus.MESSAGE_ACCEPTED, now, DeliveryStatusInfoResendMessage.NOT_RESEND, null);
      var notification = new DeliveryNotification(one.getMessageInfo().getMessageId(), asyncId, now, accepted);
      var receipt = async.sendDeliveryNotification(new AsyncSendDeliveryNotificationRequest(notification, now, sender));
      receipts.add(quoted(receipt.getNotificationId()));
      String text = (String) one.getMessageData().getData();
      messages.add(quoted(one.getMessageInfo().getMessageType().getValue()) + ": " + quoted(text));
    }
    String told = "{\"status\": " + quoted(reply.getResponseInfo().getStatus().getCode())
        + ", \"iin\": " + quoted(text(person, "iin")) + ", \"surname\": " + quoted(text(person, "surname"))
        + ", \"fault\": " + quoted(fault) + ", \"state\": " + quoted(state)
        + ", \"messages\": {" + String.join(", ", messages)
        + "}, \"receipts\": [" + String.join(", ", receipts) + "]}\n";
    System.out.write(told.getBytes(StandardCharsets.UTF_8));
    System.out.flush();
  }

  // Axis reads no xs:anyType without xsi:type: it is given its own reader of DOM elements, for the whole of `data`.
  private static void readDataAsElement(TypeMappingRegistry registry, Stub stub) {
    registry.getDefaultTypeMapping().register(
        Element.class, Constants.XSD_ANYTYPE, new ElementSerializerFactory(), new ElementDeserializerFactory());
    stub._setProperty(ElementDeserializer.DESERIALIZE_CURRENT_ELEMENT, Boolean.TRUE);
  }

  private static String text(Element inside, String name) {
    return inside.getElementsByTagName(name).item(0).getTextContent();
  }

  private static Element parsed(String xml) throws Exception {
    return XMLUtils.newDocument(new ByteArrayInputStream(xml.getBytes(StandardCharsets.UTF_8))).getDocumentElement();
  }

  private static String quoted(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
  }
}
