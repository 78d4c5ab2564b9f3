namespace Evenkeel.Proxy.Samples.Converters;

/// <summary>The first two packets of an MQTT connection, by their numbers (MQTT 3.1.1 and 5.0, 2.1.2).</summary>
internal enum MqttType { Connect = 1, Connack = 2 }

internal enum MqttVerdict { Valid, Invalid, Incomplete }

/// <summary>Values of a packet; properties of MQTT 5 have their numbers, the others stand behind them.</summary>
internal enum MqttField
{
    None = 0,
    UserProperty = 38,
    FirstNamed = 100,
    Flags = FirstNamed, ProtocolName, ProtocolVersion, ClientIdentifier, WillTopic, WillPayload, UserName, Password, KeepAlive, ReasonCode,
}

/// <summary>Reads a CONNECT or CONNACK of MQTT 3.1, 3.1.1 and 5.0 over borrowed bytes and remembers one field of it.</summary>
internal ref struct MqttPacket
{
    private const int MaxLengthBytes = 4;
    private const int WillFlag = 0x04;
    private const int PasswordFlag = 0x40;
    private const int UserNameFlag = 0x80;
    private const int Version5 = 5;

    private readonly MqttField _wanted;
    private ReadOnlySpan<byte> _rest;
    private bool _isBroken;

    private MqttPacket(ReadOnlySpan<byte> body, MqttField wanted)
    {
        _rest = body;
        _wanted = wanted;
    }

    public bool HasNumber { get; private set; }

    public long Number { get; private set; }

    public bool HasText { get; private set; }

    public ReadOnlySpan<byte> Text { get; private set; }

    /// <param name="type">Null takes either.</param>
    public static MqttVerdict Read(ReadOnlySpan<byte> bytes, MqttType? type, MqttField wanted, out MqttPacket packet)
    {
        packet = default;
        if (bytes.Length < 2) return MqttVerdict.Incomplete;
        var actual = (MqttType)(bytes[0] >> 4);
        if ((bytes[0] & 15) != 0) return MqttVerdict.Invalid;
        var rest = bytes[1..];
        if (!TryVariableInteger(ref rest, out var length)) return rest.Length >= MaxLengthBytes ? MqttVerdict.Invalid : MqttVerdict.Incomplete;
        // As in the original, what it is counts only when it is whole.
        if (length > rest.Length) return MqttVerdict.Incomplete;
        if (actual is not (MqttType.Connect or MqttType.Connack) || (type is not null && type != actual)) return MqttVerdict.Invalid;
        packet = new MqttPacket(rest[..(int)length], wanted);
        if (actual == MqttType.Connect) packet.ReadConnect();
        else packet.ReadConnack();
        return packet._isBroken || !packet._rest.IsEmpty ? MqttVerdict.Invalid : MqttVerdict.Valid;
    }

    /// <summary>Bytes of a property's value: 1, 2 or 4; 0 for texts, -1 for the pairs of a user property, -2 for a variable integer; null: unknown.</summary>
    public static int? PropertyWidth(int id, MqttType type, bool ofWill) => (type, ofWill) switch
    {
        (MqttType.Connect, true) => id switch { 1 => 1, 2 or 24 => 4, 3 or 8 or 9 => 0, 38 => -1, _ => null },
        (MqttType.Connect, _) => id switch { 17 or 39 => 4, 33 or 34 => 2, 23 or 25 => 1, 21 or 22 => 0, 38 => -1, _ => null },
        _ => id switch { 17 or 39 => 4, 19 or 33 or 34 => 2, 36 or 37 or 40 or 41 or 42 => 1, 18 or 21 or 22 or 26 or 28 or 31 => 0, 38 => -1, _ => null },
    };

    private void ReadConnect()
    {
        var name = ReadText(MqttField.ProtocolName);
        var version = ReadNumber(1, MqttField.ProtocolVersion);
        var fits = name.SequenceEqual("MQTT"u8) ? version is 4 or Version5 : name.SequenceEqual("MQIsdp"u8) && version is 3 or 4;
        var flags = ReadNumber(1, MqttField.Flags);
        if (!fits || (flags & 1) != 0) _isBroken = true;
        _ = ReadNumber(2, MqttField.KeepAlive);
        if (version == Version5) ReadProperties(MqttType.Connect, ofWill: false);
        _ = ReadText(MqttField.ClientIdentifier);
        if ((flags & WillFlag) != 0)
        {
            if (version == Version5) ReadProperties(MqttType.Connect, ofWill: true);
            _ = ReadText(MqttField.WillTopic);
            _ = ReadText(MqttField.WillPayload);
        }
        if ((flags & UserNameFlag) != 0) _ = ReadText(MqttField.UserName);
        if ((flags & PasswordFlag) != 0) _ = ReadText(MqttField.Password);
    }

    /// <summary>Two bytes until MQTT 3.1.1; properties follow since 5.</summary>
    private void ReadConnack()
    {
        var version = _rest.Length > 2 ? Version5 : 4;
        if (_wanted == MqttField.ProtocolVersion) Keep(version);
        if (ReadNumber(1, MqttField.Flags) > 1) _isBroken = true;
        _ = ReadNumber(1, MqttField.ReasonCode);
        if (version == Version5) ReadProperties(MqttType.Connack, ofWill: false);
    }

    private void ReadProperties(MqttType type, bool ofWill)
    {
        if (!TryVariableInteger(ref _rest, out var length) || length > _rest.Length)
        {
            _isBroken = true;
            return;
        }
        var behind = _rest[(int)length..];
        _rest = _rest[..(int)length];
        ulong seen = 0;
        while (!_rest.IsEmpty && !_isBroken)
        {
            var id = (int)ReadNumber(1, MqttField.None);
            if (PropertyWidth(id, type, ofWill) is not { } width)
            {
                _isBroken = true;
                return;
            }
            // Only user properties may stand there twice.
            if (width >= 0 && (seen & 1UL << id) != 0) _isBroken = true;
            seen |= 1UL << id;
            ReadProperty((MqttField)id, width);
        }
        _rest = behind;
    }

    private void ReadProperty(MqttField field, int width)
    {
        if (width > 0)
        {
            _ = ReadNumber(width, field);
            return;
        }
        _ = ReadText(width == 0 ? field : MqttField.None);
        if (width < 0) _ = ReadText(MqttField.None);
    }

    private long ReadNumber(int width, MqttField field)
    {
        if (_rest.Length < width)
        {
            _isBroken = true;
            return 0;
        }
        long value = 0;
        foreach (var b in _rest[..width]) value = value << 8 | b;
        _rest = _rest[width..];
        if (field == _wanted && field != MqttField.None) Keep(value);
        return value;
    }

    private ReadOnlySpan<byte> ReadText(MqttField field)
    {
        var length = (int)ReadNumber(2, MqttField.None);
        if (_isBroken || length > _rest.Length)
        {
            _isBroken = true;
            return default;
        }
        var text = _rest[..length];
        _rest = _rest[length..];
        if (field == _wanted && field != MqttField.None)
        {
            HasText = true;
            Text = text;
        }
        return text;
    }

    private void Keep(long number)
    {
        HasNumber = true;
        Number = number;
    }

    /// <summary>Seven bits a byte, at most four bytes (1.5.5).</summary>
    private static bool TryVariableInteger(scoped ref ReadOnlySpan<byte> rest, out int value)
    {
        value = 0;
        for (var i = 0; i < Math.Min(rest.Length, MaxLengthBytes); i++)
        {
            value |= (rest[i] & 0x7F) << (7 * i);
            if ((rest[i] & 0x80) != 0) continue;
            rest = rest[(i + 1)..];
            return true;
        }
        return false;
    }
}
