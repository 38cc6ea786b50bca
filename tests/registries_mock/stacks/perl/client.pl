# SOAP::Lite: `perl client.pl URL SENDER PASSWORD SYNC_SERVICE DATA ASYNC_SERVICE DOCUMENT` prints one JSON object of
# what it read. Of a WSDL it takes operations and addresses; elements and their namespace it must be told, as it reads
# no schema.
use strict;
use warnings;
use utf8;
use Encode qw(decode_utf8);
use JSON::PP;
use POSIX qw(strftime);
use SOAP::Lite;
use Time::HiRes qw(sleep);

my ($url, $sender, $password, $sync_service, $data, $async_service, $document) = map { decode_utf8($_) } @ARGV;
my $now = strftime('%Y-%m-%dT%H:%M:%SZ', gmtime);
my $from = sender_with($password);

sub element {
    my ($name, @inside) = @_;
    return SOAP::Data->name($name => ref $inside[0] ? \SOAP::Data->value(@inside) : @inside);
}

sub sender_with {
    my ($word) = @_;
    return element(sender => element(senderId => $sender), element(password => $word));
}

# A sub that calls an operation of the channel and gives what stands in `response`, or in the detail of a fault.
sub connect_to {
    my ($path, $namespace) = @_;
    my ($operations) = values %{SOAP::Schema->schema_url("$url/$path/?wsdl")->parse->services};
    return sub {
        my ($operation, @inside) = @_;
        my $bus = SOAP::Lite->proxy($operations->{$operation}{endpoint}->value, timeout => 10);
        $bus->ns($namespace, 't')->autotype(0)->on_action(sub { '""' });
        my $reply = $bus->call("t:$operation" => element(request => @inside));
        return $reply->fault ? $reply->faultdetail : $reply->result;
    };
}

my $bus = connect_to('bip-sync-wss-gost', 'http://bip.bee.kz/SyncChannel/v10/Types');
my @asked = map {
    [
        element(requestInfo =>
            element(messageId => 'perl-1'), element(serviceId => $sync_service), element(messageDate => $now), $_),
        element(requestData => SOAP::Data->type(xml => $data)),
    ]
} $from, sender_with('wrong');
my ($reply, $fault) = map { $bus->(SendMessage => @$_) } @asked;
my $person = $reply->{responseData}{data}{persons}{person};

$bus = connect_to('bip-async-wss-gost', 'http://bip.bee.kz/AsyncChannel/v10/Types');
my $taken = $bus->(
    'sendMessage',
    element(messageInfo =>
        element(serviceId => $async_service), element(messageType => 'REQUEST'), element(messageDate => $now), $from),
    element(messageData => SOAP::Data->name(data => $document)->type('string')),
);
my $state = $bus->('getMessageStatus', element(messageId => $taken->{messageId}), element(requestDate => $now), $from);

my (@got, %messages, @receipts);
for (1 .. 100) {
    my @wanted = (element(correlationId => $taken->{correlationId}), element(serviceId => $async_service), $from);
    my $found = $bus->('getMessages', @wanted);
    # One element is a hash, several are a list.
    @got = map { ref $_ eq 'ARRAY' ? @$_ : $_ } $found->{messages} // ();
    last if @got > 1;
    sleep 0.02;
}
for my $message (@got) {
    $messages{$message->{messageInfo}{messageType}} = $message->{messageData}{data};
    my $receipt = $bus->(
        'sendDeliveryNotification',
        element(notification =>
            element(messageId => $message->{messageInfo}{messageId}), element(serviceId => $async_service),
            element(notificationDate => $now),
            element(deliveryStatus =>
                element(receiveStatus => 'MESSAGE_ACCEPTED'), element(statusDate => $now),
                element(resendMessage => 'NOT_RESEND')),
        ),
        element(requestDate => $now), $from,
    );
    push @receipts, $receipt->{notificationId};
}
print JSON::PP->new->utf8->encode({
    fault => $fault->{SendMessageFault1_SendMessageFault}{errorCode},
    status => $reply->{responseInfo}{status}{code}, iin => $person->{iin}, surname => $person->{surname},
    state => $state->{messageState}, messages => \%messages, receipts => \@receipts,
}), "\n";
