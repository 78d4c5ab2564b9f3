using Evenkeel.Linux;
using Evenkeel.Proxy.Memory;

namespace Evenkeel.Proxy.Transport;

/// <remarks>What a server connection has to do between its connect and its first use. Its user sees it as not established until then.</remarks>
public sealed partial class Connection
{
    private NativeBuffer? _preface;
    private bool _isOpening;
    private bool _isConnected;

    /// <summary>Sends these bytes before anything else. Directly after <see cref="Open"/>; takes the buffer over.</summary>
    internal void SendFirst(NativeBuffer preface)
    {
        _preface = preface;
        BeginOpening();
    }

    private void BeginOpening()
    {
        _isOpening = true;
        _isConnected = IsEstablished;
        IsEstablished = false;
        if (_isConnected) ContinueOpening();
    }

    private void ContinueOpening()
    {
        if (!_isConnected || IsBroken || !SendPreface()) return;
        _isOpening = false;
        IsEstablished = true;
    }

    /// <returns>False while some of it waits, or when the connection has broken.</returns>
    private bool SendPreface()
    {
        if (_preface is null) return true;
        var sent = Socket.Send(_preface.Filled);
        if (sent.IsError)
        {
            if (sent.WouldBlock) _writable = false;
            else Break(sent.Errno);
            return false;
        }

        _preface.Consumed(sent.Value);
        if (!_preface.IsEmpty) return false;
        _worker.Memory.Return(ref _preface);
        return true;
    }

    private void EndOpening()
    {
        _isOpening = false;
        _worker.Memory.Return(ref _preface);
    }
}
