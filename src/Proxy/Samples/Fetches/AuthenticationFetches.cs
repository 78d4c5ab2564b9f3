using System.Buffers.Text;
using System.Text;
using Evenkeel.Model.Samples;

namespace Evenkeel.Proxy.Samples.Fetches;

/// <summary>Credentials in the request and user lists (configuration.txt 7.3.6 "http_auth").</summary>
internal static class AuthenticationFetches
{
    private static readonly ArgumentSpec UserList = new(ArgumentKind.UserList);

    public static readonly FetchRow[] Rows =
    [
        new(new FetchSignature("http_auth", SampleType.Boolean, SampleSource.RequestHeaders, [UserList]), Authenticated)
        {
            Prepare = (arguments, binder) => binder.UserList(arguments[0].Text),
        },
        new(new FetchSignature("http_auth_group", SampleType.String, SampleSource.RequestHeaders, [UserList]), Groups)
        {
            Prepare = (arguments, binder) => binder.UserList(arguments[0].Text),
        },
        Fetch.Of("http_auth_type", SampleType.String, SampleSource.RequestHeaders, (context, _, ref sample) =>
        {
            var isBasic = TryBasic(context, out var user, out var password);
            if (!isBasic && !(TryScheme(context, out var scheme, out var rest) && Ascii.EqualsIgnoreCase(scheme, "Bearer"u8))) return false;
            sample.SetString(isBasic ? "Basic"u8 : "Bearer"u8);
            return true;
        }),
        Fetch.Of("http_auth_user", SampleType.String, SampleSource.RequestHeaders, (context, _, ref sample) =>
        {
            if (!TryBasic(context, out var user, out var password)) return false;
            sample.SetString(user);
            return true;
        }),
        Fetch.Of("http_auth_pass", SampleType.String, SampleSource.RequestHeaders, (context, _, ref sample) =>
        {
            if (!TryBasic(context, out var user, out var password)) return false;
            sample.SetString(password);
            return true;
        }),
        new(new FetchSignature("http_auth_bearer", SampleType.String, SampleSource.RequestHeaders, [Takes.Text.Optional()]), Bearer),
    ];

    private static bool Authenticated(SampleContext context, BoundArguments arguments, ref Sample sample)
    {
        if (arguments.State is not UserTable users) return false;
        // Who brings no credentials is not wrong: there is nothing to judge.
        if (!TryBasic(context, out var user, out var password)) return false;
        sample.SetBoolean(users.Accepts(user, password));
        return true;
    }

    /// <summary>The user's groups, once the password was right; an ACL names those it wants.</summary>
    private static bool Groups(SampleContext context, BoundArguments arguments, ref Sample sample)
    {
        if (arguments.State is not UserTable users || !TryBasic(context, out var user, out var password) || !users.Accepts(user, password)) return false;
        if (!users.TryGroup(user, context.IteratesValues ? context.NextOffset++ : 0, out var group)) return false;
        context.HasMoreValues = context.IteratesValues;
        sample.SetString(group);
        return true;
    }

    private static bool Bearer(SampleContext context, BoundArguments arguments, ref Sample sample)
    {
        if (arguments.Has(0))
        {
            if (context.Request is not { } request) return false;
            Span<byte> name = stackalloc byte[128];
            if (Ascii.ToLower(arguments.Bytes(0), name, out var length) != System.Buffers.OperationStatus.Done) return false;
            var index = request.Find(name[..length]);
            // As in the original a header that is not there has an empty token, one of another scheme none.
            if (index < 0)
            {
                sample.SetString(default);
                return true;
            }

            var value = request.Value(index);
            var space = value.IndexOf((byte)' ');
            if (!Ascii.EqualsIgnoreCase(space < 0 ? value : value[..space], "Bearer"u8)) return false;
            sample.SetString(space < 0 ? default : value[(space + 1)..].Trim((byte)' '));
            return true;
        }
        if (!TryScheme(context, out var scheme, out var rest) || !Ascii.EqualsIgnoreCase(scheme, "Bearer"u8)) return false;
        sample.SetString(rest);
        return true;
    }

    private static bool TryScheme(SampleContext context, out ReadOnlySpan<byte> scheme, out ReadOnlySpan<byte> rest)
    {
        scheme = rest = default;
        if (context.Request is not { } request) return false;
        // A proxy is asked with its own header when the target is absolute, as by a browser that knows it talks to a proxy.
        var isProxy = request.Target.Length > 0 && request.Target[0] != '/' && request.Find("proxy-authorization"u8) >= 0;
        var index = request.Find(isProxy ? "proxy-authorization"u8 : "authorization"u8);
        if (index < 0) return false;
        var value = request.Value(index);
        var space = value.IndexOf((byte)' ');
        if (space <= 0) return false;
        scheme = value[..space];
        rest = value[(space + 1)..].Trim((byte)' ');
        return true;
    }

    private static bool TryBasic(SampleContext context, out ReadOnlySpan<byte> user, out ReadOnlySpan<byte> password)
    {
        user = password = default;
        if (!TryScheme(context, out var scheme, out var rest) || !Ascii.EqualsIgnoreCase(scheme, "Basic"u8)) return false;
        if (Base64.DecodeFromUtf8(rest, context.Scratch.Free, out _, out var length) != System.Buffers.OperationStatus.Done) return false;
        var decoded = context.Scratch.Keep(length);
        var colon = decoded.IndexOf((byte)':');
        if (colon < 0) return false;
        user = decoded[..colon];
        password = decoded[(colon + 1)..];
        return true;
    }
}
