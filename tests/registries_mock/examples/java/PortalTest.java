// registries-mock run -- java PortalTest.java

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A portal asks whose phone number it was given; tested against the mock suite without any framework. */
public class PortalTest {
    private static final String URL = System.getenv("REGISTRIES_MOCK_URL");
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final Pattern RESULT = Pattern.compile("<result>(true|false)</result>");

    /** "own", "somebody else's" or "ask later"; what is not known is never taken for a no. */
    static String checkPhone(String iin, String phone, Duration patience) throws InterruptedException {
        String question = """
            <soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>
            <n:SendMessage xmlns:n="http://bip.bee.kz/SyncChannel/v10/Types"><request><requestInfo>
            <messageId>%s</messageId><serviceId>BMG_VERIFY_PHONE</serviceId><messageDate>%s</messageDate>
            <sender><senderId>%s</senderId><password>%s</password></sender></requestInfo>
            <requestData><data><v:verifyPhoneRequest xmlns:v="http://mgov.bee.kz/mbc/verifyphone">
            <iin>%s</iin><phone>%s</phone></v:verifyPhoneRequest></data></requestData></request></n:SendMessage>
            </soap:Body></soap:Envelope>""".formatted(UUID.randomUUID(), Instant.now(),
            System.getenv("REGISTRIES_MOCK_SENDER"), System.getenv("REGISTRIES_MOCK_PASSWORD"), iin, phone);
        try {
            HttpResponse<String> reply = post("/bip-sync-wss-gost/", "text/xml; charset=utf-8", question, patience);
            Matcher said = RESULT.matcher(reply.body());
            if (reply.statusCode() != 200 || !said.find()) return "ask later";
            return said.group(1).equals("true") ? "own" : "somebody else's";
        } catch (java.io.IOException nothingCame) {
            return "ask later";
        }
    }

    static HttpResponse<String> post(String path, String type, String body, Duration patience)
            throws java.io.IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(URL + path)).timeout(patience)
            .header("Content-Type", type).POST(HttpRequest.BodyPublishers.ofString(body)).build();
        return CLIENT.send(request, HttpResponse.BodyHandlers.ofString());
    }

    static void expect(Object wanted, Object found) {
        if (!wanted.equals(found)) throw new AssertionError("wanted " + wanted + ", found " + found);
        System.out.println("ok: " + wanted);
    }

    static String field(String json, String name) {
        Matcher found = Pattern.compile("\"" + name + "\": \"([^\"]+)\"").matcher(json);
        if (!found.find()) throw new AssertionError("there is no " + name);
        return found.group(1);
    }

    public static void main(String[] arguments) throws Exception {
        Duration patient = Duration.ofSeconds(10);
        HttpRequest who = HttpRequest.newBuilder(URI.create(URL + "/_mock/people/family-of-five")).build();
        String applicant = CLIENT.send(who, HttpResponse.BodyHandlers.ofString()).body();
        applicant = applicant.substring(applicant.indexOf("\"applicant\""));
        String iin = field(applicant, "iin"), phone = field(applicant, "phone"), json = "application/json";
        expect("somebody else's", checkPhone(iin, "+77000000000", patient));
        post("/_mock/failures", json, "{\"kind\": \"silence\", \"passport\": \"bmg-phone\", \"times\": 1}", patient);
        expect("ask later", checkPhone(iin, phone, Duration.ofMillis(300)));
        expect("own", checkPhone(iin, phone, patient));
        String three = "{\"where\": {\"passport\": \"bmg-phone\"}, \"exactly\": 3}";
        expect(200, post("/_mock/journal/verify", json, three, patient).statusCode());
    }
}
