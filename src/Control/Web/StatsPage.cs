using System.Globalization;
using Evenkeel.Control.Stats;
using Evenkeel.Model.Proxy;

namespace Evenkeel.Control.Web;

/// <summary>Writes the statistics page: who this process is, what the colours mean, one table per proxy with the original's columns.</summary>
internal sealed class StatsPage
{
    private readonly ControlPlane _plane;
    private readonly StatsModel _model;
    private readonly StatsPageRequest _request;
    private readonly bool _isAdmin;
    private readonly Markup _markup = new();

    public StatsPage(ControlPlane plane, StatsModel model, StatsPageRequest request, bool isAdmin)
    {
        _plane = plane;
        _model = model;
        _request = request;
        _isAdmin = isAdmin;
    }

    /// <summary>The page in pieces, about one a row.</summary>
    public IEnumerable<string> Write(StatSelection selection, long nowMs)
    {
        WriteHead(nowMs);
        yield return _markup.Take();
        var open = (Proxy: -1, IsForm: false);
        foreach (var row in selection.Read(new StatRow(), _plane.Proxies, nowMs))
        {
            if (row.ProxyId != open.Proxy)
            {
                if (open.Proxy >= 0) EndTable(open.Proxy, open.IsForm);
                open = (row.ProxyId, BeginTable(row));
            }

            StatsPageRow.Write(_markup, row, open.IsForm, _model.ShowLegends);
            yield return _markup.Take();
        }

        if (open.Proxy >= 0) EndTable(open.Proxy, open.IsForm);
        _markup.Raw("</main>\n").Raw(StatsPageStyle.Script).Raw("</body></html>\n");
        yield return _markup.Take();
    }

    private void WriteHead(long nowMs)
    {
        var global = _plane.Proxies.Model.Global;
        var facts = _plane.Process.Facts;
        var node = _model.ShowNode is { } own ? (own.Length > 0 ? own : global.Node ?? facts.HostName) : "";
        var description = _model.ShowDescription is { } text ? (text.Length > 0 ? text : global.Description ?? "") : "";
        _markup.Raw("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n")
            .Raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<link rel=\"icon\" href=\"data:,\">\n<title>Statistics Report for ")
            .Text(InfoReading.ProductName).Text(node.Length > 0 ? " on " + node : "").Raw("</title>\n")
            .Raw(StatsPageStyle.Sheet).Raw("</head>\n<body><header>\n<h1>").Text(InfoReading.ProductName);
        if (!_model.HideVersion) _markup.Text($" version {facts.Version}, released {facts.ReleaseDate}");
        _markup.Raw("</h1>\n<h2>Statistics Report for pid ").Number(facts.ProcessId);
        if (node.Length > 0) _markup.Text(" on " + node);
        if (description.Length > 0) _markup.Text(": " + description);
        _markup.Raw("</h2>\n</header>\n<main>\n<section class=\"general\">\n");
        WriteProcess(nowMs);
        _markup.Raw(StatsPageStyle.Legend);
        WriteOptions();
        _markup.Raw("</section>\n");
        if (_request.Outcome.Length > 0) WriteOutcome();
    }

    private void WriteProcess(long nowMs)
    {
        var process = _plane.Proxies.Process;
        var counters = process.Counters();
        var facts = _plane.Process.Facts;
        _markup.Raw("<div class=\"process\"><h3>General process information</h3><dl>\n");
        Fact("pid", string.Create(CultureInfo.InvariantCulture, $"{facts.ProcessId} (process #1, nbproc = 1, nbthread = {facts.Threads})"));
        Fact("uptime", string.Create(CultureInfo.InvariantCulture, $"{InfoReading.UptimeText(_plane.Process.Uptime)}; warnings = {facts.Warnings}"));
        Fact("system limits", string.Create(CultureInfo.InvariantCulture, $"memmax = unlimited; ulimit-n = {facts.DescriptorLimit}"));
        Fact("limits", string.Create(CultureInfo.InvariantCulture,
            $"maxsock = {facts.SocketLimit}; maxconn = {process.MaxConnections}; reached = {counters.MaxConnectionsReached}; maxpipes = {facts.PipeLimit}"));
        Fact("current", string.Create(CultureInfo.InvariantCulture,
            $"conns = {process.Connections.Current}; pipes = {counters.PipesUsed}/{counters.PipesUsed + counters.PipesFree}; "
            + $"conn rate = {process.ConnectionRate.PerSecond(nowMs)}/sec"));
        Fact("streams", string.Create(CultureInfo.InvariantCulture,
            $"{counters.CurrentStreams} running; idle = {InfoReading.IdlePercent(counters)} %"));
        _markup.Raw("</dl></div>\n");
    }

    private void Fact(string name, string value) => _markup.Raw("<dt>").Text(name).Raw("</dt><dd>").Text(value).Raw("</dd>\n");

    private void WriteOptions()
    {
        _markup.Raw("<nav><h3>Display option</h3><form method=\"get\"").Attribute("action", PathOf(_request.Uri)).Raw(">");
        // A page whose URI has a query (`/haproxy?stats`) is only found again with it.
        if (_request.Uri.IndexOf('?', StringComparison.Ordinal) is >= 0 and var query)
            _markup.Raw("<input type=\"hidden\" value=\"\"").Attribute("name", _request.Uri[(query + 1)..]).Raw(">");
        _markup.Raw("<label>Scope: <input name=\"scope\" size=\"8\" maxlength=\"20\"").Attribute("value", _request.Scope).Raw("></label></form><ul>\n");
        var refreshes = _model.RefreshSeconds is > 0;
        if (_request.OnlyUp) Option(_request.Link("", onlyUp: false), "Show all servers");
        else Option(_request.Link("", onlyUp: true), "Hide 'DOWN' servers");
        if (refreshes && _request.NoRefresh) Option(_request.Link("", noRefresh: false), "Enable refresh");
        else if (refreshes) Option(_request.Link("", noRefresh: true), "Disable refresh");
        Option(_request.Link(""), "Refresh now");
        Option(_request.Link(";csv", noRefresh: refreshes), "CSV export");
        Option(_request.Link(";json", noRefresh: refreshes), "JSON export");
        Option(_request.Link(";json-schema", onlyUp: false, noRefresh: refreshes), "JSON schema");
        _markup.Raw("</ul></nav>\n");
    }

    private void Option(string link, string text) => _markup.Raw("<li><a").Attribute("href", link).Raw(">").Text(text).Raw("</a></li>\n");

    private static string PathOf(string uri)
    {
        var query = uri.IndexOf('?', StringComparison.Ordinal);
        return query < 0 ? uri : uri[..query];
    }

    private void WriteOutcome()
    {
        var (style, text) = _request.Outcome switch
        {
            "DONE" => ("active_up", "Action processed successfully."),
            "NONE" => ("active_going_down", "Nothing has changed."),
            "PART" => ("active_going_down", "Action partially processed: some servers are not known in this backend."),
            "DENY" => ("active_down", "Action denied."),
            "ERRP" => ("active_down", "Action not processed: its name, the backend or the servers are not known."),
            "EXCD" => ("active_down", "Action not processed: the form was too large; try with fewer servers at a time."),
            _ => ("active_no_check", "Unexpected result."),
        };
        _markup.Raw("<p class=\"outcome ").Raw(style).Raw("\"><a title=\"Remove this message\"").Attribute("href", _request.Link(""))
            .Raw(">&#10005;</a> ").Text(text).Raw("</p>\n");
    }

    /// <returns>True when the table is inside a form whose actions work on its servers.</returns>
    private bool BeginTable(StatRow row)
    {
        var name = row.Text(StatField.Pxname);
        var backend = _plane.Proxies.FindBackend(name);
        var frontend = _plane.Proxies.FindFrontend(name);
        var isForm = _isAdmin && backend is { Servers.IsEmpty: false } && backend.Id == row.ProxyId;
        var role = backend is not null && frontend is not null ? "proxy" : backend is not null ? "backend" : "frontend";
        _markup.Raw(isForm ? "<form method=\"post\" class=\"proxy\"" : "<section class=\"proxy\"").Raw(">\n<h3").Attribute("id", name).Raw("><a")
            .Attribute("href", "#" + name)
            .Attribute("title", string.Create(CultureInfo.InvariantCulture, $"{role}, mode: {row.Text(StatField.Mode)}, id: {row.ProxyId}"))
            .Raw(">").Text(name).Raw("</a></h3>\n<div class=\"scroll\"><table>\n<thead><tr>")
            .Raw(isForm ? "<th rowspan=\"2\" class=\"tick\"><input type=\"checkbox\" class=\"all\" aria-label=\"all servers\"></th>" : "")
            .Raw(StatsPageStyle.TableHead).Raw("<tbody>\n");
        return isForm;
    }

    private void EndTable(int proxy, bool isForm)
    {
        _markup.Raw("</tbody></table></div>\n");
        if (!isForm)
        {
            _markup.Raw("</section>\n");
            return;
        }

        _markup.Raw("<p class=\"action\">Choose the action to perform on the checked servers: <select name=\"action\"><option value=\"\"></option>");
        foreach (var (name, label) in AdminForm.Actions) _markup.Raw("<option").Attribute("value", name).Raw(">").Text(label).Raw("</option>");
        _markup.Raw("</select><input type=\"hidden\" name=\"b\" value=\"#").Raw(proxy.ToString(CultureInfo.InvariantCulture))
            .Raw("\"> <button>Apply</button></p></form>\n");
    }
}
