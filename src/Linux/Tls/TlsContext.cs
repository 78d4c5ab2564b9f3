using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace Evenkeel.Linux.Tls;

/// <summary>TLS versions with OpenSSL's numbers.</summary>
public enum TlsVersion { Any = 0, Ssl3 = 0x0300, Tls10 = 0x0301, Tls11 = 0x0302, Tls12 = 0x0303, Tls13 = 0x0304 }

/// <summary>What is asked of the peer's certificate.</summary>
public enum TlsVerify { None = 0, Optional = 1, Required = 3 }

/// <summary>
/// What all connections of a bind line or to a server share: certificates, versions, ciphers, authorities, cached sessions (OpenSSL's SSL_CTX). Made
/// at start and by reloads, then only read; shared by all threads.
/// </summary>
public sealed unsafe class TlsContext
{
    private const long SSL_MODE_ENABLE_PARTIAL_WRITE = 1;
    private const long SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER = 2;
    private const long SSL_MODE_RELEASE_BUFFERS = 16;
    private const ulong SSL_OP_IGNORE_UNEXPECTED_EOF = 1UL << 7;
    private const ulong SSL_OP_NO_TICKET = 1UL << 14;
    private const ulong SSL_OP_NO_COMPRESSION = 1UL << 17;
    private const ulong SSL_OP_CIPHER_SERVER_PREFERENCE = 1UL << 22;
    private const ulong SSL_OP_NO_RENEGOTIATION = 1UL << 30;
    private const ulong X509_V_FLAG_CRL_CHECK = 4;
    private const ulong X509_V_FLAG_CRL_CHECK_ALL = 8;

    private GCHandle _self;
    private byte[] _alpn = [];
    private TlsNames? _names;

    private TlsContext(nint handle) => Handle = handle;

    /// <summary>Connections that were made with it keep what they need of it.</summary>
    ~TlsContext()
    {
        LibSsl.SSL_CTX_free(Handle);
        if (_self.IsAllocated) _self.Free();
    }

    internal nint Handle { get; }

    /// <summary>Why the last certificate was not taken, in OpenSSL's words.</summary>
    public string Problem { get; private set; } = "";

    /// <summary>Null when the library refuses, which it does only without memory.</summary>
    public static TlsContext? Create(bool isServer)
    {
        var handle = LibSsl.SSL_CTX_new(isServer ? LibSsl.TLS_server_method() : LibSsl.TLS_client_method());
        if (handle == 0) return null;
        var context = new TlsContext(handle);
        // Buffers are given back while a connection is silent; without that each would hold some 34 KB.
        context.Control(LibSsl.SSL_CTRL_MODE,
            (nint)(SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS));
        context.Control(LibSsl.SSL_CTRL_SET_READ_AHEAD, 1);
        LibSsl.SSL_CTX_set_options(handle,
            SSL_OP_IGNORE_UNEXPECTED_EOF | SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION | (isServer ? SSL_OP_CIPHER_SERVER_PREFERENCE : 0));
        if (!isServer) return context;
        fixed (byte* id = "evenkeel"u8) _ = LibSsl.SSL_CTX_set_session_id_context(handle, id, 8);
        return context;
    }

    public bool SetVersions(TlsVersion least, TlsVersion most) =>
        Control(LibSsl.SSL_CTRL_SET_MIN_PROTO_VERSION, (int)least) != 0 & Control(LibSsl.SSL_CTRL_SET_MAX_PROTO_VERSION, (int)most) != 0;

    /// <summary>TLS 1.2 and older.</summary>
    public bool SetCiphers(string list) => Try(LibSsl.SSL_CTX_set_cipher_list(Handle, list));

    /// <summary>TLS 1.3.</summary>
    public bool SetCipherSuites(string list) => Try(LibSsl.SSL_CTX_set_ciphersuites(Handle, list));

    public bool SetCurves(string list) => TryText(LibSsl.SSL_CTRL_SET_GROUPS_LIST, list);

    public bool SetSignatureAlgorithms(string list) => TryText(LibSsl.SSL_CTRL_SET_SIGALGS_LIST, list);

    public bool SetClientSignatureAlgorithms(string list) => TryText(LibSsl.SSL_CTRL_SET_CLIENT_SIGALGS_LIST, list);

    public void DisableTickets() => LibSsl.SSL_CTX_set_options(Handle, SSL_OP_NO_TICKET);

    public void PreferClientCiphers() => LibSsl.SSL_CTX_clear_options(Handle, SSL_OP_CIPHER_SERVER_PREFERENCE);

    /// <param name="sessions">Most sessions kept; 0 keeps none.</param>
    public void SetSessionCache(int sessions, int lifetimeSeconds)
    {
        Control(LibSsl.SSL_CTRL_SET_SESS_CACHE_MODE, sessions > 0 ? 2 : 0);
        Control(LibSsl.SSL_CTRL_SET_SESS_CACHE_SIZE, Math.Max(1, sessions));
        LibSsl.SSL_CTX_set_timeout(Handle, lifetimeSeconds);
    }

    /// <summary>Gives it a certificate; one of each kind of key may be given.</summary>
    public bool Use(TlsCertificate certificate)
    {
        LibSsl.ERR_clear_error();
        if (LibSsl.SSL_CTX_use_certificate(Handle, certificate.Handle) != 1 || LibSsl.SSL_CTX_use_PrivateKey(Handle, certificate.Key) != 1)
        {
            Problem = LibSsl.LastReason();
            return false;
        }

        foreach (var link in certificate.Chain) LibSsl.SSL_CTX_ctrl(Handle, LibSsl.SSL_CTRL_CHAIN_CERT, 1, link);
        GC.KeepAlive(certificate);
        return true;
    }

    /// <summary>The authorities of the system itself.</summary>
    public bool TrustSystem() => Try(LibSsl.SSL_CTX_set_default_verify_paths(Handle));

    /// <param name="pem">Certificates of authorities, and perhaps lists of what they revoked.</param>
    /// <param name="tellNames">Names of the authorities are sent to clients, so that they find a certificate of theirs.</param>
    /// <returns>False when there is nothing in it.</returns>
    public bool SetAuthorities(byte[] pem, bool tellNames)
    {
        var store = LibSsl.SSL_CTX_get_cert_store(Handle);
        var certificates = TlsCertificate.ReadAuthorities(pem);
        foreach (var certificate in certificates)
        {
            _ = LibSsl.X509_STORE_add_cert(store, certificate);
            if (tellNames) _ = LibSsl.SSL_CTX_add_client_CA(Handle, certificate);
            LibSsl.X509_free(certificate);
        }

        var revoked = AddRevocations(store, pem);
        LibSsl.ERR_clear_error();
        return certificates.Count + revoked > 0;
    }

    /// <summary>Revoked certificates.</summary>
    public bool SetRevocations(byte[] pem)
    {
        var store = LibSsl.SSL_CTX_get_cert_store(Handle);
        return AddRevocations(store, pem) > 0 && LibSsl.X509_STORE_set_flags(store, X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL) == 1;
    }

    private static int AddRevocations(nint store, byte[] pem)
    {
        var lists = TlsCertificate.ReadRevocations(pem);
        foreach (var list in lists)
        {
            _ = LibSsl.X509_STORE_add_crl(store, list);
            LibSsl.X509_CRL_free(list);
        }

        return lists.Count;
    }

    public void SetVerify(TlsVerify verify) => LibSsl.SSL_CTX_set_verify(Handle, (int)verify, 0);

    /// <summary>Protocols in the order of preference. A server chooses the first the client knows; a client offers them.</summary>
    public void SetAlpn(IReadOnlyList<string> protocols, bool isServer)
    {
        byte[] list = [.. protocols.SelectMany(protocol => new[] { (byte)protocol.Length }.Concat(Encoding.ASCII.GetBytes(protocol)))];
        // Pinned: OpenSSL is handed a pointer into it and copies only after the callback has returned.
        _alpn = GC.AllocateUninitializedArray<byte>(list.Length, pinned: true);
        list.CopyTo(_alpn, 0);
        if (isServer)
        {
            var callback = (delegate* unmanaged[Cdecl]<nint, byte**, byte*, byte*, uint, nint, int>)&OnAlpn;
            LibSsl.SSL_CTX_set_alpn_select_cb(Handle, (nint)callback, Self());
            return;
        }

        fixed (byte* bytes = _alpn) _ = LibSsl.SSL_CTX_set_alpn_protos(Handle, bytes, (uint)_alpn.Length);
    }

    /// <summary>Has clients served with the certificate of the name they ask for.</summary>
    public void ChooseByName(TlsNames names)
    {
        _names = names;
        LibSsl.SSL_CTX_callback_ctrl(Handle, LibSsl.SSL_CTRL_SET_TLSEXT_SERVERNAME_CB, (nint)(delegate* unmanaged[Cdecl]<nint, int*, nint, int>)&OnName);
        LibSsl.SSL_CTX_ctrl(Handle, LibSsl.SSL_CTRL_SET_TLSEXT_SERVERNAME_ARG, 0, Self());
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnName(nint ssl, int* alert, nint argument)
    {
        const int Ok = 0, Fatal = 2, UnrecognizedName = 112;
        var names = ((TlsContext)GCHandle.FromIntPtr(argument).Target!)._names!;
        var text = LibSsl.SSL_get_servername(ssl, 0);
        var name = text is null ? default : MemoryMarshal.CreateReadOnlySpanFromNullTerminated(text);
        if (names.Find(name) is { } context)
        {
            LibSsl.SSL_set_SSL_CTX(ssl, context.Handle);
            return Ok;
        }

        if (!names.IsStrict) return Ok;
        *alert = UnrecognizedName;
        return Fatal;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnAlpn(nint ssl, byte** chosen, byte* chosenLength, byte* theirs, uint theirLength, nint argument)
    {
        const int Ok = 0, NotAcknowledged = 3, Negotiated = 1;
        var ours = ((TlsContext)GCHandle.FromIntPtr(argument).Target!)._alpn;
        fixed (byte* bytes = ours)
        {
            var result = LibSsl.SSL_select_next_proto(chosen, chosenLength, bytes, (uint)ours.Length, theirs, theirLength);
            return result == Negotiated ? Ok : NotAcknowledged;
        }
    }

    private nint Self()
    {
        // Weak: whoever shakes hands holds the context itself (TlsChannel).
        if (!_self.IsAllocated) _self = GCHandle.Alloc(this, GCHandleType.Weak);
        return GCHandle.ToIntPtr(_self);
    }

    private nint Control(int command, nint number) => LibSsl.SSL_CTX_ctrl(Handle, command, number, 0);

    private bool TryText(int command, string text)
    {
        fixed (byte* bytes = Encoding.UTF8.GetBytes(text + '\0')) return Try((int)LibSsl.SSL_CTX_ctrl(Handle, command, 0, (nint)bytes));
    }

    private static bool Try(int result)
    {
        LibSsl.ERR_clear_error();
        return result == 1;
    }
}
