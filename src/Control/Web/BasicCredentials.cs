using System.Security.Cryptography;
using System.Text;

namespace Evenkeel.Control.Web;

/// <summary>Checks `authorization: Basic ...` against a page's users (RFC 7617).</summary>
public static class BasicCredentials
{
    private const int MaxLength = 512;

    public static bool Match(ReadOnlySpan<byte> authorization, IEnumerable<(string User, string Password)> users)
    {
        var scheme = "basic "u8;
        if (authorization.Length <= scheme.Length || authorization.Length > MaxLength) return false;
        if (!Ascii.EqualsIgnoreCase(authorization[..scheme.Length], scheme)) return false;
        Span<byte> given = stackalloc byte[MaxLength];
        var encoded = authorization[scheme.Length..].Trim((byte)' ');
        if (System.Buffers.Text.Base64.DecodeFromUtf8(encoded, given, out _, out var length) != System.Buffers.OperationStatus.Done) return false;
        var matched = false;
        // Every user is compared, so that time tells nothing of who exists.
        foreach (var (user, password) in users)
            matched |= CryptographicOperations.FixedTimeEquals(given[..length], Encoding.Latin1.GetBytes(user + ":" + password));
        return matched;
    }
}
