using System.Runtime.InteropServices;

namespace Evenkeel.Linux.Tls;

/// <summary>How far an operation on a TLS connection came.</summary>
public enum TlsOutcome : byte
{
    Done,

    /// <summary>The socket has to become readable (or writable) first.</summary>
    Wait,

    /// <summary>The peer has ended its direction.</summary>
    End,
    Failed,
}

/// <summary>
/// TLS on one socket: OpenSSL's connection over a <see cref="TlsIo"/>. Kept with its connection object and used again; nothing managed is allocated per
/// handshake or record. Owner: one worker.
/// </summary>
public sealed unsafe class TlsChannel
{
    /// <summary>Bytes of plain text in one record (RFC 8446 §5.1).</summary>
    internal const int MaxRecord = 16_384;

    private nint _ssl;

    /// <summary>OpenSSL calls back into it for as long as this connection lives.</summary>
    private TlsContext? _context;
    private TlsIo* _io;
    private nuint _failure;

    public bool IsOpen => _ssl != 0;

    public bool IsEstablished { get; private set; }

    /// <summary>Encrypted bytes wait for room in the socket; nothing more may be written until they are gone.</summary>
    public bool HasUnsent => _io->HasKept;

    /// <summary>A read may bring something without a new event of the socket.</summary>
    public bool MayHaveMore => _io->Readable || LibSsl.SSL_has_pending(_ssl) != 0;

    /// <summary>What broke the socket, None when the trouble is in TLS itself.</summary>
    public Errno SocketError => (Errno)_io->Error;

    /// <summary>The socket's end came before TLS's own.</summary>
    public bool SocketEnded => _io->Ended;

    public bool IsResumed => LibSsl.SSL_session_reused(_ssl) != 0;

    /// <summary>0 when the peer's certificate was found good, or there is none; else X509_V_ERR_*.</summary>
    public int VerifyResult => (int)LibSsl.SSL_get_verify_result(_ssl);

    public bool HasPeerCertificate => LibSsl.SSL_get0_peer_certificate(_ssl) != 0;

    /// <summary>"TLSv1.3".</summary>
    public ReadOnlySpan<byte> Version => Text(LibSsl.SSL_get_version(_ssl));

    /// <summary>"TLS_AES_256_GCM_SHA384"; empty before the handshake.</summary>
    public ReadOnlySpan<byte> Cipher => LibSsl.SSL_get_current_cipher(_ssl) is not 0 and var cipher ? Text(LibSsl.SSL_CIPHER_get_name(cipher)) : default;

    /// <summary>The name the client asked for; empty when it named none.</summary>
    public ReadOnlySpan<byte> ServerName => Text(LibSsl.SSL_get_servername(_ssl, 0));

    public ReadOnlySpan<byte> Alpn
    {
        get
        {
            byte* name;
            uint length;
            LibSsl.SSL_get0_alpn_selected(_ssl, &name, &length);
            return new ReadOnlySpan<byte>(name, (int)length);
        }
    }

    /// <summary>Secret bits of the cipher in use, and bits of the algorithm.</summary>
    public int CipherBits(out int algorithmBits)
    {
        var bits = 0;
        var cipher = LibSsl.SSL_get_current_cipher(_ssl);
        var used = cipher == 0 ? 0 : LibSsl.SSL_CIPHER_get_bits(cipher, &bits);
        algorithmBits = bits;
        return used;
    }

    /// <summary>Begins on the server's side of an accepted socket.</summary>
    public bool Accept(TlsContext context, int descriptor) => Open(context, descriptor, isServer: true);

    /// <summary>Begins on the client's side.</summary>
    /// <param name="serverName">The name to ask for, zero-terminated; empty asks for none.</param>
    /// <param name="expectedName">The name the certificate must have, zero-terminated; empty checks none.</param>
    /// <param name="session">A session to resume, or null.</param>
    public bool Connect(TlsContext context, int descriptor, ReadOnlySpan<byte> serverName, ReadOnlySpan<byte> expectedName, TlsResumption? session)
    {
        if (!Open(context, descriptor, isServer: false)) return false;
        fixed (byte* name = serverName, expected = expectedName)
        {
            if (name is not null) LibSsl.SSL_ctrl(_ssl, LibSsl.SSL_CTRL_SET_TLSEXT_HOSTNAME, 0, name);
            if (expected is not null) _ = LibSsl.SSL_set1_host(_ssl, expected);
        }

        if (session is { Handle: not 0 }) _ = LibSsl.SSL_set_session(_ssl, session.Handle);
        return true;
    }

    /// <summary>The loop saw bytes, or the peer's end, on the socket.</summary>
    public void NoteReadable(bool peerClosed)
    {
        _io->Readable = true;
        _io->PeerClosed |= peerClosed;
    }

    public TlsOutcome Handshake()
    {
        LibSsl.ERR_clear_error();
        var result = LibSsl.SSL_do_handshake(_ssl);
        if (result == 1)
        {
            IsEstablished = true;
            return TlsOutcome.Done;
        }

        var outcome = Judge(result);
        if (outcome == TlsOutcome.Failed) _failure = LibSsl.ERR_peek_last_error();
        return outcome;
    }

    /// <summary>Writes why the handshake failed as OpenSSL says it, `error:0A00010B:SSL routines::wrong version number`.</summary>
    /// <returns>Bytes written, 0 when OpenSSL has no word for it.</returns>
    public int WriteFailure(Span<byte> text)
    {
        if (_failure == 0 || text.IsEmpty) return 0;
        fixed (byte* bytes = text) LibSsl.ERR_error_string_n(_failure, bytes, (nuint)text.Length);
        return text.IndexOf((byte)0);
    }

    /// <summary>Reads as many records as fit.</summary>
    public TlsOutcome Read(Span<byte> buffer, out int count)
    {
        count = 0;
        fixed (byte* bytes = buffer)
        {
            while (count < buffer.Length)
            {
                LibSsl.ERR_clear_error();
                var read = LibSsl.SSL_read(_ssl, bytes + count, buffer.Length - count);
                if (read <= 0)
                {
                    var outcome = Judge(read);
                    if (count == 0) return outcome;
                    // The end, or what broke, is told again by the next read; it must not wait for an event that need not come.
                    _io->Readable |= outcome != TlsOutcome.Wait;
                    return TlsOutcome.Done;
                }

                count += read;
                if (!MayHaveMore) break;
            }
        }

        return TlsOutcome.Done;
    }

    /// <summary>Writes until the socket is full.</summary>
    /// <param name="more">More follows at once.</param>
    public TlsOutcome Write(ReadOnlySpan<byte> plain, bool more, out int count)
    {
        count = 0;
        fixed (byte* bytes = plain)
        {
            while (count < plain.Length && !HasUnsent)
            {
                var length = Math.Min(MaxRecord, plain.Length - count);
                _io->More = more || count + length < plain.Length;
                LibSsl.ERR_clear_error();
                var written = LibSsl.SSL_write(_ssl, bytes + count, length);
                if (written <= 0) return Judge(written);
                count += written;
            }
        }

        return TlsOutcome.Done;
    }

    /// <summary>Sends what waits. False when the socket has broken.</summary>
    public bool Flush()
    {
        _io->Flush();
        return _io->Error == 0;
    }

    /// <summary>Tells the peer that nothing more comes.</summary>
    public void SendEnd()
    {
        if (!IsEstablished || _io->Error != 0) return;
        _io->More = false;
        LibSsl.ERR_clear_error();
        _ = LibSsl.SSL_shutdown(_ssl);
    }

    /// <summary>Keeps the session for the next connection to the same server.</summary>
    public void SaveSession(TlsResumption into)
    {
        if (!IsEstablished) return;
        var session = LibSsl.SSL_get1_session(_ssl);
        if (session == 0) return;
        if (LibSsl.SSL_SESSION_is_resumable(session) == 0) LibSsl.SSL_SESSION_free(session);
        else into.Set(session);
    }

    /// <summary>Frees everything; the socket itself is not touched.</summary>
    public void Close()
    {
        if (_ssl == 0) return;
        LibSsl.SSL_free(_ssl);
        _io->Free();
        NativeMemory.Free(_io);
        _ssl = 0;
        _io = null;
        _context = null;
        IsEstablished = false;
    }

    private bool Open(TlsContext context, int descriptor, bool isServer)
    {
        _ssl = LibSsl.SSL_new(context.Handle);
        if (_ssl == 0) return false;
        _context = context;
        _io = (TlsIo*)NativeMemory.AllocZeroed((nuint)sizeof(TlsIo));
        _io->Descriptor = descriptor;
        _io->Readable = true;
        IsEstablished = false;
        _failure = 0;
        var bio = TlsIo.NewBio(_io);
        LibSsl.SSL_set_bio(_ssl, bio, bio);
        if (isServer) LibSsl.SSL_set_accept_state(_ssl);
        else LibSsl.SSL_set_connect_state(_ssl);
        return true;
    }

    private TlsOutcome Judge(int result) => LibSsl.SSL_get_error(_ssl, result) switch
    {
        LibSsl.SSL_ERROR_WANT_READ or LibSsl.SSL_ERROR_WANT_WRITE => TlsOutcome.Wait,
        LibSsl.SSL_ERROR_ZERO_RETURN => TlsOutcome.End,
        _ => TlsOutcome.Failed,
    };

    private static ReadOnlySpan<byte> Text(byte* text) => text is null ? default : MemoryMarshal.CreateReadOnlySpanFromNullTerminated(text);
}

/// <summary>The session last used with a server, to resume it. Owner: one worker.</summary>
public sealed class TlsResumption
{
    internal nint Handle { get; private set; }

    /// <summary>What stands for the name it was made with: it says nothing about another one.</summary>
    public ulong Name { get; private set; }

    /// <summary>Prepares for a connection under a name: a session made under another one is forgotten.</summary>
    public TlsResumption For(ulong name)
    {
        if (name != Name) Set(0);
        Name = name;
        return this;
    }

    internal void Set(nint session)
    {
        if (Handle != 0) LibSsl.SSL_SESSION_free(Handle);
        Handle = session;
    }
}
