using Evenkeel.Model.Rules;
using Evenkeel.Proxy.Samples;
using Evenkeel.Proxy.Streams;

namespace Evenkeel.Proxy.Rules.Actions;

/// <summary>`http-request auth [realm R]`: asks the client for a user and a password (RFC 7617).</summary>
internal sealed class AuthenticateAction(ActionModel model, RuleBinder binder) : RuleAction
{
    private readonly byte[] _challenge = RuleBinder.Bytes($"Basic realm=\"{model.Option("realm")?.Text ?? binder.Section.Name}\"");

    public override RuleVerdict Run(SampleContext context, Stream stream)
    {
        // A client that speaks to a proxy is asked as a proxy (`option http-use-proxy-header`).
        var asProxy = stream.Front.Model.Options.UseProxyHeader && stream.Request.Target is [not ((byte)'/' or (byte)'*'), ..];
        var reply = stream.Reply;
        reply.Start(asProxy ? 407 : 401);
        reply.Header("cache-control"u8, "no-cache"u8);
        reply.Header("content-type"u8, "text/html"u8);
        reply.Header(asProxy ? "proxy-authenticate"u8 : "www-authenticate"u8, _challenge);
        reply.Append("<html><body><h1>401 Unauthorized</h1>\nYou need a valid user and password to access this content.\n</body></html>\n"u8);
        return RuleVerdict.Reply;
    }
}
