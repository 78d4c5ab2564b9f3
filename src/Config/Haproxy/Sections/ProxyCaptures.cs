using Evenkeel.Config.Haproxy.Expressions;
using Evenkeel.Config.Haproxy.Values;
using Evenkeel.Model.Proxy;

namespace Evenkeel.Config.Haproxy.Sections;

/// <summary>`capture ...` and `declare capture`.</summary>
internal static class ProxyCaptures
{
    public static void Capture(ProxySection section, Statement statement)
    {
        if (section.IsNotForDefaults("capture")) return;
        section.WarnWhenLacking(ProxySides.Frontend, "capture");
        var context = section.Context;
        var (direction, kind) = (statement[1], statement[2]);
        if (direction == "cookie")
        {
            if (!statement.Has(4)) context.Alert("'capture' expects 'cookie' <cookie_name> 'len' <len>.");
            else section.Draft.CookieCapture = new CaptureModel(statement[2], Math.Max(0, Units.LenientInteger(statement[4])));
            return;
        }
        if (direction is not ("request" or "response") || kind != "header")
        {
            context.Alert("'capture' expects 'cookie' or 'request header' or 'response header'.");
            return;
        }
        if (!statement.Has(3) || statement[4] != "len" || !statement.Has(5))
        {
            context.Alert($"'capture {direction}' expects 'header' <header_name> 'len' <len>.");
            return;
        }
        if (statement.Has(6))
        {
            context.Alert($"'capture {direction}' cannot handle unexpected argument '{statement[6]}'.");
            return;
        }
        Add(section, direction, new CaptureModel(statement[3], Math.Max(0, Units.LenientInteger(statement[5]))));
    }

    /// <summary>A capture slot without a header: filled by `http-request capture`.</summary>
    public static void Declare(ProxySection section, Statement statement)
    {
        var context = section.Context;
        if (!section.Draft.IsDefaults && !section.Draft.IsFrontend) context.Alert("'declare' only available in frontend or listen section");
        else if (statement[1] != "capture") context.Alert("'declare' needs a second keyword that specify the type of declaration ('capture')");
        else if (statement[2] is not ("request" or "response")) context.Alert("'declare capture' requires a direction ('request' or 'response')");
        else if (statement[3] != "len" || !statement.Has(4)) context.Alert("'declare capture' requires a capture length ('len')");
        else Add(section, statement[2], new CaptureModel("", Math.Max(0, Units.LenientInteger(statement[4]))));
    }

    private static void Add(ProxySection section, string direction, CaptureModel capture)
    {
        if (direction == "request") section.Draft.RequestCaptures = section.Draft.RequestCaptures.Add(capture);
        else section.Draft.ResponseCaptures = section.Draft.ResponseCaptures.Add(capture);
    }
}
