using Evenkeel.Proxy.Memory;

namespace Evenkeel.Proxy.Message;

/// <summary>What the parser puts in: positions in the buffer the head was received in.</summary>
public sealed partial class HttpMessage
{
    internal void StartReceived(NativeBuffer received)
    {
        Reset();
        _received = received;
    }

    internal void ReceivedRequestLine(Piece method, Piece target, Piece version, int minorVersion)
    {
        IsPresent = true;
        IsRequest = true;
        _version = version;
        _method = method;
        _target = target;
        MinorVersion = minorVersion;
        KnownMethod = HttpMethods.Parse(At(method));
    }

    internal void ReceivedStatusLine(int minorVersion, int status, Piece reason)
    {
        IsPresent = true;
        IsRequest = false;
        MinorVersion = minorVersion;
        Status = status;
        _reason = reason;
    }

    /// <param name="name">Already in lower case.</param>
    /// <param name="isPlain">The line as it was received is the line as it is written: "name: value\r\n".</param>
    internal void ReceivedHeader(Piece name, Piece value, KnownHeader known, bool isPlain)
    {
        if (HeaderCount == _fields.Length) Array.Resize(ref _fields, _fields.Length * 2);
        ref var field = ref _fields[HeaderCount++];
        field.Name = name;
        field.Value = value;
        field.Known = known;
        field.IsPlain = isPlain;
        _fieldsLength += name.Length + value.Length + LineOverhead;
    }

    /// <summary>An obsolete continuation line: the last header's value now reaches to the end of it.</summary>
    internal void ReceivedContinuation(Piece value)
    {
        ref var field = ref _fields[HeaderCount - 1];
        _fieldsLength += value.Length - field.Value.Length;
        field.Value = value;
        field.IsPlain = false;
    }

    internal Piece LastValue => _fields[HeaderCount - 1].Value;
}
