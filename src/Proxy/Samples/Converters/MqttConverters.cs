using System.Buffers.Text;
using System.Collections.Immutable;
using System.Globalization;
using Evenkeel.Model.Samples;

namespace Evenkeel.Proxy.Samples.Converters;

/// <summary>The first packets of MQTT connections (configuration.txt 7.3.1 "mqtt_is_valid", "mqtt_field_value").</summary>
internal static class MqttConverters
{
    private static readonly string[] TypeNames =
    [
        "", "connect", "connack", "publish", "puback", "pubrec", "pubrel", "pubcomp", "subscribe", "suback", "unsubscribe", "unsuback", "pingreq", "pingresp",
        "disconnect", "auth",
    ];

    private static readonly (string Name, MqttField Field)[] ConnectFields =
    [
        ("flags", MqttField.Flags), ("protocol_name", MqttField.ProtocolName), ("protocol_version", MqttField.ProtocolVersion),
        ("client_identifier", MqttField.ClientIdentifier), ("will_topic", MqttField.WillTopic), ("will_payload", MqttField.WillPayload),
        ("username", MqttField.UserName), ("password", MqttField.Password), ("keepalive", MqttField.KeepAlive),
    ];

    private static readonly (string Name, MqttField Field)[] ConnackFields =
    [
        ("flags", MqttField.Flags), ("protocol_version", MqttField.ProtocolVersion), ("reason_code", MqttField.ReasonCode),
    ];

    public static readonly ConverterRow[] Rows =
    [
        new(new ConverterSignature("mqtt_is_valid", SampleType.Binary, SampleType.Boolean, []), (_, _, ref sample) =>
        {
            var verdict = MqttPacket.Read(sample.Bytes, null, MqttField.None, out _);
            sample.SetBoolean(verdict == MqttVerdict.Valid);
            return verdict != MqttVerdict.Incomplete;
        }),
        new(new ConverterSignature("mqtt_field_value", SampleType.Binary, SampleType.String, [Takes.Text, Takes.Text]) { Check = NamesField }, FieldValue)
        {
            Prepare = (arguments, _) => (TypeOf(arguments[0].Text), FieldOf(TypeOf(arguments[0].Text), arguments[1].Text)),
        },
    ];

    private static int TypeOf(string name)
    {
        if (int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return number is > 0 and < 16 ? number : 0;
        return Math.Max(0, Array.FindIndex(TypeNames, 1, known => known.Equals(name, StringComparison.OrdinalIgnoreCase)));
    }

    private static MqttField FieldOf(int type, string name)
    {
        if (type is not ((int)MqttType.Connect or (int)MqttType.Connack)) return MqttField.None;
        foreach (var (known, field) in type == (int)MqttType.Connect ? ConnectFields : ConnackFields)
            if (known.Equals(name, StringComparison.OrdinalIgnoreCase)) return field;
        if (!int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var id) || id is 0 or > 63) return MqttField.None;
        var isKnown = MqttPacket.PropertyWidth(id, (MqttType)type, ofWill: false) ?? MqttPacket.PropertyWidth(id, (MqttType)type, ofWill: true);
        return isKnown is null ? MqttField.None : (MqttField)id;
    }

    private static string? NamesField(ImmutableArray<SampleArgument> arguments)
    {
        var type = TypeOf(arguments[0].Text);
        if (type == 0) return $"Unknown MQTT type '{arguments[0].Text}'";
        return FieldOf(type, arguments[1].Text) != MqttField.None ? null
            : $"Unknown MQTT field name '{arguments[1].Text}' for packet type '{arguments[0].Text}'";
    }

    private static bool FieldValue(SampleContext context, BoundArguments arguments, ref Sample sample)
    {
        var (type, field) = ((int, MqttField))arguments.State!;
        if (MqttPacket.Read(sample.Bytes, (MqttType)type, field, out var packet) != MqttVerdict.Valid) return false;
        if (packet.HasNumber)
        {
            if (!Utf8Formatter.TryFormat(packet.Number, context.Scratch.Free, out var length)) return false;
            sample.SetString(context.Scratch.Keep(length));
            return true;
        }
        sample.SetString(packet.Text);
        return packet.HasText;
    }
}
