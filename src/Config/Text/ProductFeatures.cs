using System.Collections.Frozen;

namespace Evenkeel.Config.Text;

/// <summary>
/// What `feature(NAME)` and `enabled(NAME)` answer, in one place. A feature is reported as present only when it is true of this program:
/// a file may choose a whole block by the answer.
/// </summary>
public static class ProductFeatures
{
    /// <summary>Features of the original's own list, whether this program has them, and why.</summary>
    public static readonly IReadOnlyList<(string Name, bool Present, string Reason)> All =
    [
        ("51DEGREES", false, "device detection library"),
        ("ACCEPT4", true, "accept4(2) is used for every connection"),
        ("ACME", false, "certificates are not requested yet"),
        ("BACKTRACE", true, "an internal error is reported with its stack"),
        ("CLOSEFROM", false, "close_range(2) does it"),
        ("CPU_AFFINITY", false, "workers are not pinned"),
        ("CRYPT_H", true, "userlist passwords may be crypt(3) hashes"),
        ("DEVICEATLAS", false, "device detection library"),
        ("DL", true, "libraries are loaded when they are needed"),
        ("ECH", false, "not supported yet"),
        ("ENGINE", false, "not supported yet"),
        ("EPOLL", true, "the event loop"),
        ("EVPORTS", false, "not on Linux"),
        ("FCGI", false, "not supported yet"),
        ("GETADDRINFO", true, "names are resolved by the C library"),
        ("H2", false, "HTTP/2 is not spoken yet"),
        ("HAVE_TCP_MD5SIG", false, "not supported yet"),
        ("HAVE_WORKING_TCP_MD5SIG", false, "not supported yet"),
        ("KQUEUE", false, "not on Linux"),
        ("KTLS", false, "TLS is never left to the kernel"),
        ("LIBATOMIC", false, "not needed"),
        ("LIBCRYPT", true, "userlist passwords may be crypt(3) hashes"),
        ("LINUX_CAP", true, "capabilities are kept over the change of user"),
        ("LINUX_SPLICE", true, "option splice-auto and its relatives"),
        ("LINUX_TPROXY", false, "not supported yet"),
        ("LUA", false, "not supported yet"),
        ("MATH", true, "part of the runtime"),
        ("MEMORY_PROFILING", false, "not supported"),
        ("NETFILTER", false, "not supported yet"),
        ("NS", false, "network namespaces are not entered yet"),
        ("OBSOLETE_LINKER", false, "not needed"),
        ("OPENSSL", true, "TLS on both sides"),
        ("OPENSSL_AWSLC", false, "OpenSSL is the library"),
        ("OPENSSL_WOLFSSL", false, "OpenSSL is the library"),
        ("PCRE", false, "PCRE2 is the library"),
        ("PCRE2", true, "regular expressions"),
        ("PCRE2_JIT", true, "regular expressions"),
        ("PCRE_JIT", false, "PCRE2 is the library"),
        ("POLL", false, "epoll only"),
        ("PRCTL", true, "on Linux"),
        ("PROCCTL", false, "not on Linux"),
        ("PROMEX", false, "not supported yet"),
        ("PTHREAD_EMULATION", false, "not needed"),
        ("QUIC", false, "not supported yet"),
        ("QUIC_OPENSSL_COMPAT", false, "not supported yet"),
        ("RT", true, "part of the C library"),
        ("SHM_OPEN", false, "shm-stats-file is not supported yet"),
        ("SLZ", false, "responses are not compressed yet"),
        ("SPOE", false, "not supported yet"),
        ("SSL", true, "OpenSSL, on both sides"),
        ("STATIC_PCRE", false, "loaded when needed"),
        ("STATIC_PCRE2", false, "loaded when needed"),
        ("TFO", true, "the kernel's socket option"),
        ("THREAD", true, "a worker per core"),
        ("THREAD_DUMP", false, "not supported"),
        ("TPROXY", false, "not supported yet"),
        ("TRACE", false, "the traces section is not supported yet"),
        ("WURFL", false, "device detection library"),
        ("ZLIB", false, "responses are not compressed yet"),
    ];

    private static readonly FrozenSet<string> Present = All.Where(row => row.Present).Select(row => row.Name).ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Run-time switches that `enabled()` reports as on.</summary>
    private static readonly FrozenSet<string> Enabled = FrozenSet.Create(StringComparer.Ordinal, "EPOLL", "GETADDRINFO", "REUSEPORT");

    public static bool Has(string feature) => Present.Contains(feature);

    public static bool IsEnabled(string option) => Enabled.Contains(option);
}
