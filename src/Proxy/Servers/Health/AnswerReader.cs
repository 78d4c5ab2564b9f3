using System.Buffers.Binary;
using System.Text;
using Evenkeel.Model.Proxy;

namespace Evenkeel.Proxy.Servers.Health;

/// <summary>What an answer says.</summary>
/// <param name="Result">Unknown while more has to come; Neutral when it says nothing about health.</param>
public readonly record struct AnswerVerdict(CheckResult Result, CheckStatus Status, int Code, string? Info)
{
    public static AnswerVerdict Wait => default;

    public static AnswerVerdict Good(string? info) => new(CheckResult.Passed, CheckStatus.L7Ok, 0, info);

    public static AnswerVerdict Invalid(string info) => new(CheckResult.Failed, CheckStatus.L7BadResponse, 0, info);

    public static AnswerVerdict Bad(int code, string info) => new(CheckResult.Failed, CheckStatus.L7BadStatus, code, info);
}

/// <summary>Reads an answer whose form is known here. It sees peer bytes: it answers with a verdict whatever they are.</summary>
/// <param name="isFinal">Nothing more will come.</param>
public delegate AnswerVerdict AnswerReader(ReadOnlySpan<byte> answer, bool isFinal);

/// <summary>The answers of protocols that a pattern cannot judge.</summary>
public static class ProtocolAnswers
{
    private const int MySqlHeader = 4;
    private const byte MySqlError = 0xFF;

    public static AnswerReader Of(CheckAnswer answer) => answer switch
    {
        CheckAnswer.MySqlGreeting => MySqlGreeting,
        CheckAnswer.MySqlOk => MySqlOk,
        CheckAnswer.LdapBind => LdapBind,
        _ => SpopHello,
    };

    /// <summary>A packet: 3 bytes of length, a number, then the greeting with the version as a text that ends with NUL, or an error.</summary>
    private static AnswerVerdict MySqlGreeting(ReadOnlySpan<byte> answer, bool isFinal)
    {
        if (!TryMySqlPacket(answer, out var packet)) return isFinal ? AnswerVerdict.Invalid("") : AnswerVerdict.Wait;
        if (packet[0] == MySqlError) return MySqlFailure(packet);
        var version = packet[1..];
        var end = version.IndexOf((byte)0);
        return AnswerVerdict.Good(Encoding.Latin1.GetString(end < 0 ? version : version[..end]));
    }

    /// <summary>The packet behind the greeting; whatever is no error will do.</summary>
    private static AnswerVerdict MySqlOk(ReadOnlySpan<byte> answer, bool isFinal)
    {
        if (!TryMySqlPacket(answer, out var greeting) || !TryMySqlPacket(answer[(MySqlHeader + greeting.Length)..], out var packet))
            return isFinal ? AnswerVerdict.Invalid("") : AnswerVerdict.Wait;
        return packet[0] == MySqlError ? MySqlFailure(packet) : AnswerVerdict.Good(null);
    }

    private static bool TryMySqlPacket(ReadOnlySpan<byte> answer, out ReadOnlySpan<byte> packet)
    {
        packet = default;
        if (answer.Length < MySqlHeader) return false;
        var length = answer[0] | (answer[1] << 8) | (answer[2] << 16);
        if (length == 0 || answer.Length - MySqlHeader < length) return false;
        packet = answer.Slice(MySqlHeader, length);
        return true;
    }

    /// <summary>0xFF, the error's number, its text.</summary>
    private static AnswerVerdict MySqlFailure(ReadOnlySpan<byte> packet) => packet.Length < 3 ? AnswerVerdict.Invalid("")
        : AnswerVerdict.Bad(BinaryPrimitives.ReadUInt16LittleEndian(packet[1..]), Encoding.Latin1.GetString(packet[3..]));

    /// <summary>RFC 4511 4.2.2: LDAPMessage { messageID 1, bindResponse { resultCode, ... } }.</summary>
    private static AnswerVerdict LdapBind(ReadOnlySpan<byte> answer, bool isFinal)
    {
        const string NotLdap = "Not LDAPv3 protocol";
        if (!TryElement(answer, 0x30, out var message, out var isComplete))
            return isComplete ? AnswerVerdict.Invalid(NotLdap) : isFinal ? AnswerVerdict.Invalid("") : AnswerVerdict.Wait;
        if (!message.StartsWith((ReadOnlySpan<byte>)[2, 1, 1])) return AnswerVerdict.Invalid(NotLdap);
        if (!TryElement(message[3..], 0x61, out var response, out _)) return AnswerVerdict.Invalid(NotLdap);
        if (response.Length < 3 || response[0] != 0x0A || response[1] != 1) return AnswerVerdict.Invalid(NotLdap);
        return response[2] == 0 ? AnswerVerdict.Good("Success")
            : AnswerVerdict.Bad(response[2], "See RFC: http://tools.ietf.org/html/rfc4511#section-4.1.9");
    }

    /// <summary>One element in BER: its tag, its length in the short or the long form, its content.</summary>
    /// <param name="isComplete">False when only more bytes can tell.</param>
    private static bool TryElement(ReadOnlySpan<byte> bytes, byte tag, out ReadOnlySpan<byte> content, out bool isComplete)
    {
        content = default;
        isComplete = bytes.Length > 0 && bytes[0] != tag;
        if (bytes.Length < 2 || bytes[0] != tag) return false;
        long length = bytes[1];
        var at = 2;
        if (length >= 0x80)
        {
            var digits = (int)length & 0x7F;
            isComplete = digits is 0 or > 4;
            if (isComplete || bytes.Length < 2 + digits) return false;
            length = 0;
            foreach (var digit in bytes.Slice(2, digits)) length = (length << 8) | digit;
            at += digits;
        }
        if (bytes.Length - at < length) return false;
        content = bytes.Slice(at, (int)length);
        return true;
    }

    /// <summary>SPOE.txt 3.2.5: an agent's hello, whole in one frame, with a version of 2 and a frame size.</summary>
    private static AnswerVerdict SpopHello(ReadOnlySpan<byte> answer, bool isFinal)
    {
        const string Invalid = "invalid frame received";
        if (answer.Length < 5 || answer.Length - 4 < BinaryPrimitives.ReadUInt32BigEndian(answer))
            return isFinal ? AnswerVerdict.Invalid(Invalid) : AnswerVerdict.Wait;
        var frame = answer.Slice(4, (int)BinaryPrimitives.ReadUInt32BigEndian(answer));
        // Type, flags (its last bit: the frame is whole), stream and frame number, which are 0.
        if (frame.Length < 7 || (frame[4] & 1) == 0 || frame[5] != 0 || frame[6] != 0) return AnswerVerdict.Invalid(Invalid);
        var (hasVersion, hasSize) = (false, false);
        var rest = frame[7..];
        while (!rest.IsEmpty)
        {
            if (!SpopData.TryText(ref rest, out var name) || !SpopData.TryValue(ref rest, out var value)) return AnswerVerdict.Invalid(Invalid);
            if (name.SequenceEqual("version"u8))
            {
                if (!value.StartsWith("2."u8)) return AnswerVerdict.Invalid("unsupported version");
                hasVersion = true;
            }
            hasSize |= name.SequenceEqual("max-frame-size"u8);
        }
        if (!hasVersion) return AnswerVerdict.Invalid("version value not found");
        return hasSize ? AnswerVerdict.Good("SPOA server is ok") : AnswerVerdict.Invalid("max-frame-size value not found");
    }
}
