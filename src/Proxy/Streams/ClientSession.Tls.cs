using Evenkeel.Linux.Tls;
using Evenkeel.Proxy.Loop;

namespace Evenkeel.Proxy.Streams;

/// <remarks>`bind ... ssl`: the connection begins with a TLS handshake, behind a PROXY header if there is one.</remarks>
public sealed partial class ClientSession
{
    private bool _shakesHands;

    private void BeginHandshake(TlsContext context)
    {
        _shakesHands = true;
        if (!Connection.AcceptTls(context))
        {
            Close(reset: true);
            return;
        }

        _acceptor.Process.TlsConnections.Increment();
        _acceptor.Process[Worker.Index].TlsConnections++;
        _acceptor.Process.TlsRate.Count(Worker.Index, AcceptMs);
        Worker.Loop.Timers.Set(this, After(AcceptMs, Timeouts.ClientHandshakeMs ?? Timeouts.ClientMs));
        ContinueHandshake();
    }

    private void ForgetTls()
    {
        _shakesHands = false;
        if (Connection.Tls is not null) _acceptor.Process.TlsConnections.Decrement();
    }

    private void ContinueHandshake()
    {
        switch (Connection.ShakeHands())
        {
            case TlsOutcome.Wait:
                return;
            case TlsOutcome.Done:
                _shakesHands = false;
                TimerWheel.Cancel(this);
                var isResumed = Connection.Tls!.IsResumed;
                Frontend.Traffic[Worker.Index].Counters.CountHandshake(isResumed);
                Bind.Traffic[Worker.Index].Counters.CountHandshake(isResumed);
                BeginServing();
                if (_isOpen && Stream is null) OnReady(Connection);
                return;
        }

        Frontend.Traffic[Worker.Index].Counters.TlsFailures++;
        Bind.Traffic[Worker.Index].Counters.TlsFailures++;
        var tls = Connection.Tls!;
        var isSilent = tls.SocketEnded && Frontend.Model.Options.DontLogNull;
        if (isSilent) Close();
        else if (tls.SocketEnded || tls.SocketError != Linux.Errno.None) Refuse("Connection closed during SSL handshake"u8, reset: false);
        else RefuseFailed(tls);
    }

    private void RefuseFailed(TlsChannel tls)
    {
        const int MaxReason = 256;
        Span<byte> text = stackalloc byte[MaxReason];
        var what = "SSL handshake failure"u8;
        what.CopyTo(text);
        var length = what.Length;
        var reason = tls.WriteFailure(text[(length + 2)..^1]);
        if (reason > 0)
        {
            " ("u8.CopyTo(text[length..]);
            text[length + 2 + reason] = (byte)')';
            length += reason + 3;
        }

        Refuse(text[..length], reset: false);
    }
}
