using Evenkeel.Control;
using Evenkeel.Control.Web;
using Evenkeel.Model.Proxy;
using Evenkeel.Proxy.Rules;
using Evenkeel.Proxy.Services;
using Stream = Evenkeel.Proxy.Streams.Stream;

namespace Evenkeel.Daemon.Serving;

/// <summary>Answers `stats uri` of one proxy with its statistics page.</summary>
internal sealed class PageChooser(StatsModel model, StatsPageService page) : IServiceChooser
{
    public static PageChooser? For(ProxyModel proxy, ControlPlane control, RuleBinder rules) =>
        proxy.Stats is { } stats ? new PageChooser(stats, new StatsPageService(control, proxy, stats, rules.BindPage(proxy, stats))) : null;

    public IService? Choose(Stream stream) => StatsPageService.IsFor(model, stream.Request.Method, stream.Request.Target) ? page : null;
}
