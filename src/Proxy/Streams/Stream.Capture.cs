using Evenkeel.Proxy.Http1;
using Evenkeel.Proxy.Memory;

namespace Evenkeel.Proxy.Streams;

/// <remarks>Keeps the last message that broke the protocol, for `show errors`. Only where a message is refused anyway.</remarks>
public sealed partial class Stream
{
    private void CaptureRequest(HeadError error)
    {
        // Its first bytes may have been taken out of what is to be sent already; they are still there.
        if (_toServer.Buffer is { End: > 0 } buffer)
        {
            var start = _parser.StartLineOffset;
            Frontend.InvalidRequest.Keep(Note(buffer, start, error, Backend?.Name, Backend?.Id ?? -1), Received(buffer, start));
        }
    }

    private void CaptureResponse(HeadError error)
    {
        if (_toClient.Buffer is { End: > 0 } buffer)
        {
            var start = _responseParser.StartLineOffset;
            Backend!.InvalidResponse.Keep(Note(buffer, start, error, Frontend.Name, Frontend.Id), Received(buffer, start));
        }
    }

    private static ReadOnlySpan<byte> Received(NativeBuffer buffer, int start) => buffer.Slice(start, Math.Max(0, buffer.End - start));

    private InvalidMessageNote Note(NativeBuffer buffer, int start, HeadError error, string? other, int otherId) => new(
        Session.Acceptor.Process.NextInvalidMessage(), Worker.Loop.WallMs, other, otherId, Server?.Name, Server?.Id ?? -1, ClientAddress, error, start,
        buffer.Capacity, HeadFault.Position(Received(buffer, start), error));
}
