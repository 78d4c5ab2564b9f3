using System.Runtime.InteropServices;

namespace Evenkeel.Linux.Tls;

/// <summary>
/// The functions of OpenSSL 3 that TLS needs, under their own names. The libraries are opened by the first call: a process that never speaks TLS never
/// loads them.
/// </summary>
internal static unsafe partial class LibSsl
{
    private const string Ssl = "libssl.so.3";
    private const string Crypto = "libcrypto.so.3";

    internal const int SSL_ERROR_WANT_READ = 2;
    internal const int SSL_ERROR_WANT_WRITE = 3;
    internal const int SSL_ERROR_ZERO_RETURN = 6;
    internal const int SSL_CTRL_MODE = 33;
    internal const int SSL_CTRL_SET_READ_AHEAD = 41;
    internal const int SSL_CTRL_SET_SESS_CACHE_SIZE = 42;
    internal const int SSL_CTRL_SET_SESS_CACHE_MODE = 44;
    internal const int SSL_CTRL_SET_TLSEXT_SERVERNAME_CB = 53;
    internal const int SSL_CTRL_SET_TLSEXT_SERVERNAME_ARG = 54;
    internal const int SSL_CTRL_SET_TLSEXT_HOSTNAME = 55;
    internal const int SSL_CTRL_CHAIN_CERT = 89;
    internal const int SSL_CTRL_SET_GROUPS_LIST = 92;
    internal const int SSL_CTRL_SET_SIGALGS_LIST = 98;
    internal const int SSL_CTRL_SET_CLIENT_SIGALGS_LIST = 102;
    internal const int SSL_CTRL_SET_MIN_PROTO_VERSION = 123;
    internal const int SSL_CTRL_SET_MAX_PROTO_VERSION = 124;
    internal const int SSL_CTRL_GET_TLSEXT_STATUS_REQ = 127;

    [LibraryImport(Ssl)] internal static partial nint TLS_server_method();
    [LibraryImport(Ssl)] internal static partial nint TLS_client_method();
    [LibraryImport(Ssl)] internal static partial nint SSL_CTX_new(nint method);
    [LibraryImport(Ssl)] internal static partial void SSL_CTX_free(nint context);
    [LibraryImport(Ssl)] internal static partial nint SSL_CTX_ctrl(nint context, int command, nint number, nint pointer);
    [LibraryImport(Ssl)] internal static partial nint SSL_CTX_callback_ctrl(nint context, int command, nint callback);
    [LibraryImport(Ssl)] internal static partial ulong SSL_CTX_set_options(nint context, ulong options);
    [LibraryImport(Ssl)] internal static partial ulong SSL_CTX_clear_options(nint context, ulong options);
    [LibraryImport(Ssl)] internal static partial nint SSL_CTX_set_timeout(nint context, nint seconds);
    [LibraryImport(Ssl)] internal static partial int SSL_CTX_use_certificate(nint context, nint certificate);
    [LibraryImport(Ssl)] internal static partial int SSL_CTX_use_PrivateKey(nint context, nint key);
    [LibraryImport(Ssl)] internal static partial int SSL_CTX_set_session_id_context(nint context, byte* id, uint length);
    [LibraryImport(Ssl)] internal static partial void SSL_CTX_set_verify(nint context, int mode, nint callback);
    [LibraryImport(Ssl)] internal static partial void SSL_CTX_set_verify_depth(nint context, int depth);
    [LibraryImport(Ssl)] internal static partial int SSL_CTX_set_default_verify_paths(nint context);
    [LibraryImport(Ssl)] internal static partial nint SSL_CTX_get_cert_store(nint context);
    [LibraryImport(Ssl)] internal static partial void SSL_CTX_set_client_CA_list(nint context, nint names);
    [LibraryImport(Ssl)] internal static partial void SSL_CTX_set_alpn_select_cb(nint context, nint callback, nint argument);
    [LibraryImport(Ssl)] internal static partial int SSL_CTX_set_alpn_protos(nint context, byte* protocols, uint length);

    [LibraryImport(Ssl, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int SSL_CTX_set_cipher_list(nint context, string list);

    [LibraryImport(Ssl, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int SSL_CTX_set_ciphersuites(nint context, string list);

    [LibraryImport(Ssl, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int SSL_CTX_load_verify_file(nint context, string path);

    [LibraryImport(Ssl, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint SSL_load_client_CA_file(string path);

    [LibraryImport(Ssl)] internal static partial nint SSL_new(nint context);
    [LibraryImport(Ssl)] internal static partial void SSL_free(nint ssl);
    [LibraryImport(Ssl)] internal static partial void SSL_set_bio(nint ssl, nint read, nint write);
    [LibraryImport(Ssl)] internal static partial void SSL_set_accept_state(nint ssl);
    [LibraryImport(Ssl)] internal static partial void SSL_set_connect_state(nint ssl);
    [LibraryImport(Ssl)] internal static partial int SSL_do_handshake(nint ssl);
    [LibraryImport(Ssl)] internal static partial int SSL_read(nint ssl, byte* bytes, int length);
    [LibraryImport(Ssl)] internal static partial int SSL_write(nint ssl, byte* bytes, int length);
    [LibraryImport(Ssl)] internal static partial int SSL_shutdown(nint ssl);
    [LibraryImport(Ssl)] internal static partial int SSL_get_error(nint ssl, int result);
    [LibraryImport(Ssl), SuppressGCTransition] internal static partial int SSL_has_pending(nint ssl);
    [LibraryImport(Ssl)] internal static partial nint SSL_ctrl(nint ssl, int command, nint number, byte* pointer);
    [LibraryImport(Ssl)] internal static partial int SSL_set1_host(nint ssl, byte* name);
    [LibraryImport(Ssl)] internal static partial int SSL_set_session(nint ssl, nint session);
    [LibraryImport(Ssl)] internal static partial nint SSL_get1_session(nint ssl);
    [LibraryImport(Ssl)] internal static partial int SSL_SESSION_is_resumable(nint session);
    [LibraryImport(Ssl)] internal static partial void SSL_SESSION_free(nint session);
    [LibraryImport(Ssl)] internal static partial int SSL_session_reused(nint ssl);
    [LibraryImport(Ssl)] internal static partial byte* SSL_get_version(nint ssl);
    [LibraryImport(Ssl)] internal static partial nint SSL_get_current_cipher(nint ssl);
    [LibraryImport(Ssl)] internal static partial byte* SSL_CIPHER_get_name(nint cipher);
    [LibraryImport(Ssl)] internal static partial int SSL_CIPHER_get_bits(nint cipher, int* algorithmBits);
    [LibraryImport(Ssl)] internal static partial byte* SSL_get_servername(nint ssl, int type);
    [LibraryImport(Ssl)] internal static partial void SSL_get0_alpn_selected(nint ssl, byte** name, uint* length);
    [LibraryImport(Ssl)] internal static partial nint SSL_get_verify_result(nint ssl);
    [LibraryImport(Ssl)] internal static partial nint SSL_get0_peer_certificate(nint ssl);
    [LibraryImport(Ssl)] internal static partial nint SSL_set_SSL_CTX(nint ssl, nint context);
    [LibraryImport(Ssl)] internal static partial nuint SSL_get_peer_finished(nint ssl, byte* bytes, nuint count);

    [LibraryImport(Ssl)]
    internal static partial int SSL_select_next_proto(byte** chosen, byte* chosenLength, byte* ours, uint ourLength, byte* theirs, uint theirLength);

    [LibraryImport(Crypto)] internal static partial int BIO_get_new_index();
    [LibraryImport(Crypto)] internal static partial nint BIO_meth_new(int type, byte* name);
    [LibraryImport(Crypto)] internal static partial int BIO_meth_set_read(nint method, nint function);
    [LibraryImport(Crypto)] internal static partial int BIO_meth_set_write(nint method, nint function);
    [LibraryImport(Crypto)] internal static partial int BIO_meth_set_ctrl(nint method, nint function);
    [LibraryImport(Crypto)] internal static partial nint BIO_new(nint method);
    [LibraryImport(Crypto)] internal static partial int BIO_free(nint bio);
    [LibraryImport(Crypto)] internal static partial void BIO_set_data(nint bio, void* data);
    [LibraryImport(Crypto), SuppressGCTransition] internal static partial void* BIO_get_data(nint bio);
    [LibraryImport(Crypto)] internal static partial void BIO_set_init(nint bio, int value);
    [LibraryImport(Crypto), SuppressGCTransition] internal static partial void BIO_clear_flags(nint bio, int flags);
    [LibraryImport(Crypto), SuppressGCTransition] internal static partial void BIO_set_flags(nint bio, int flags);
    [LibraryImport(Crypto)] internal static partial nint BIO_new_mem_buf(byte* bytes, int length);
    [LibraryImport(Crypto)] internal static partial void ERR_clear_error();
    [LibraryImport(Crypto)] internal static partial nuint ERR_peek_last_error();
    [LibraryImport(Crypto)] internal static partial void ERR_error_string_n(nuint error, byte* text, nuint length);
    [LibraryImport(Crypto)] internal static partial byte* ERR_reason_error_string(nuint error);
    [LibraryImport(Crypto)] internal static partial nint PEM_read_bio_X509_AUX(nint bio, nint into, nint callback, byte* password);
    [LibraryImport(Crypto)] internal static partial nint PEM_read_bio_X509(nint bio, nint into, nint callback, byte* password);
    [LibraryImport(Crypto)] internal static partial nint PEM_read_bio_PrivateKey(nint bio, nint into, nint callback, byte* password);
    [LibraryImport(Crypto)] internal static partial int X509_check_private_key(nint certificate, nint key);
    [LibraryImport(Crypto)] internal static partial void X509_free(nint certificate);
    [LibraryImport(Crypto)] internal static partial void EVP_PKEY_free(nint key);
    [LibraryImport(Crypto)] internal static partial nint X509_get_ext_d2i(nint certificate, int kind, int* critical, int* index);
    [LibraryImport(Crypto)] internal static partial int OPENSSL_sk_num(nint stack);
    [LibraryImport(Crypto)] internal static partial nint OPENSSL_sk_value(nint stack, int index);
    [LibraryImport(Crypto)] internal static partial void GENERAL_NAMES_free(nint names);
    [LibraryImport(Crypto)] internal static partial byte* ASN1_STRING_get0_data(nint text);
    [LibraryImport(Crypto)] internal static partial int ASN1_STRING_length(nint text);
    [LibraryImport(Crypto)] internal static partial nint X509_get_subject_name(nint certificate);
    [LibraryImport(Crypto)] internal static partial int X509_NAME_get_index_by_NID(nint name, int kind, int after);
    [LibraryImport(Crypto)] internal static partial nint X509_NAME_get_entry(nint name, int index);
    [LibraryImport(Crypto)] internal static partial nint X509_NAME_ENTRY_get_data(nint entry);
    [LibraryImport(Crypto)] internal static partial int X509_STORE_set_flags(nint store, ulong flags);
    [LibraryImport(Crypto)] internal static partial int X509_STORE_up_ref(nint store);

    [LibraryImport(Crypto)] internal static partial int X509_STORE_add_cert(nint store, nint certificate);
    [LibraryImport(Crypto)] internal static partial int X509_STORE_add_crl(nint store, nint list);
    [LibraryImport(Crypto)] internal static partial nint PEM_read_bio_X509_CRL(nint bio, nint into, nint callback, byte* password);
    [LibraryImport(Crypto)] internal static partial void X509_CRL_free(nint list);
    [LibraryImport(Ssl)] internal static partial int SSL_CTX_add_client_CA(nint context, nint certificate);

    /// <summary>The newest error of this thread in the library's words, empty when there is none.</summary>
    internal static string LastReason()
    {
        var error = ERR_peek_last_error();
        ERR_clear_error();
        return error == 0 ? "" : Marshal.PtrToStringUTF8((nint)ERR_reason_error_string(error)) ?? "";
    }
}
