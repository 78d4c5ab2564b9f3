using Evenkeel.Config.Haproxy.Expressions;
using Evenkeel.Config.Haproxy.Values;

namespace Evenkeel.Config.Haproxy.Sections;

/// <summary>`bind`.</summary>
internal static class ProxyBinds
{
    public static void Bind(ProxySection section, Statement statement)
    {
        var context = section.Context;
        if (section.IsNotForDefaults("bind")) return;
        section.WarnWhenLacking(ProxySides.Frontend, "bind");
        if (!statement.Has(1))
        {
            context.Alert("'bind' expects {<path>|[addr1]:port1[-end1]}{,[addr]:port[-end]}... as arguments.");
            return;
        }
        var line = BindLine.ForSection(context, section.Draft.SectionName);
        if (!line.TryRead(statement, 1)) return;
        if (!section.Draft.IsFrontend)
        {
            section.Draft.IgnoredBinds.AddRange(line.Binds);
            return;
        }
        var id = line.Shared.Id;
        if (id > 0 && section.Draft.Binds.Find(bind => bind.Id == id) is { } other)
        {
            line.Fail($"'id' : custom id {id} already used at {other.Position} ('bind {other.Text}')");
            return;
        }
        section.Draft.Binds.AddRange(line.Binds);
    }
}
