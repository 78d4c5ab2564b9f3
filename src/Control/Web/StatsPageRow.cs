using System.Globalization;
using System.Text;
using Evenkeel.Control.Stats;

namespace Evenkeel.Control.Web;

/// <summary>Writes one row of a proxy's table: a frontend, a bind line, a server or a backend. Details stand in tooltips.</summary>
public static class StatsPageRow
{
    public static void Write(Markup markup, StatRow row, bool inForm, bool withLegends)
    {
        var name = row.Text(StatField.Svname);
        var label = row.Object switch { StatObject.Frontend => "Frontend", StatObject.Backend => "Backend", _ => name };
        markup.Raw("<tr class=\"").Raw(StyleOf(row)).Raw("\">");
        if (inForm) WriteTick(markup, row, name);
        markup.Raw("<th scope=\"row\"").Attribute("id", row.Text(StatField.Pxname) + "/" + label).Attribute("title", About(row, withLegends))
            .Raw(">").Text(label).Raw("</th>");
        WriteQueueAndRate(markup, row);
        WriteSessions(markup, row);
        Bytes(markup, row, StatField.Bin);
        Bytes(markup, row, StatField.Bout);
        foreach (var field in (ReadOnlySpan<StatField>)[StatField.Dreq, StatField.Dresp, StatField.Ereq, StatField.Econ]) Cell(markup, row, field);
        Cell(markup, row, StatField.Eresp, row[StatField.CliAbrt].IsSet
            ? $"Transfers broken off: {row.Text(StatField.CliAbrt)} by clients, {row.Text(StatField.SrvAbrt)} by servers"
            : null);
        Cell(markup, row, StatField.Wretr);
        Cell(markup, row, StatField.Wredis);
        WriteServer(markup, row);
        markup.Raw("</tr>\n");
    }

    /// <summary>The row's colour, in the words of the legend.</summary>
    public static string StyleOf(StatRow row)
    {
        if (row.Object != StatObject.Server) return row.Object switch { StatObject.Frontend => "frontend", StatObject.Backend => "backend", _ => "socket" };
        var status = row.Text(StatField.Status);
        if (status.StartsWith("MAINT", StringComparison.Ordinal)) return "maintain";
        var word = status.Split(' ')[0];
        var isChanging = status.Contains('/', StringComparison.Ordinal);
        var state = word switch
        {
            "DRAIN" => "draining",
            "NOLB" => "nolb",
            "DOWN" => isChanging ? "going_up" : "down",
            "UP" => isChanging ? "going_down" : "up",
            _ => "no_check",
        };
        return (row.Number(StatField.Bck) != 0 ? "backup_" : "active_") + state;
    }

    /// <summary>A time span by its two largest units: `19m47s`, `2d3h`.</summary>
    public static string Span(long seconds)
    {
        var parts = new[] { (seconds / 86_400, "d"), (seconds / 3_600 % 24, "h"), (seconds / 60 % 60, "m"), (seconds % 60, "s") };
        var first = Array.FindIndex(parts, static part => part.Item1 > 0);
        if (first < 0) return "0s";
        var text = new StringBuilder();
        foreach (var (count, unit) in parts.Skip(first).Take(2))
            if (count > 0) text.Append(count).Append(unit);
        return text.ToString();
    }

    private static void WriteTick(Markup markup, StatRow row, string name)
    {
        markup.Raw("<td class=\"tick\">");
        if (row.Object == StatObject.Server) markup.Raw("<input type=\"checkbox\" name=\"s\"").Attribute("value", name).Attribute("aria-label", name).Raw(">");
        markup.Raw("</td>");
    }

    private static string About(StatRow row, bool withLegends)
    {
        var text = new StringBuilder();
        if (row.Id > 0) text.Append("id: ").Append(row.Id);
        if (row[StatField.Tracked].IsSet) Add("tracks " + row.Text(StatField.Tracked));
        if (!withLegends) return text.ToString();
        if (row[StatField.Addr].IsSet) Add(row.Text(StatField.Addr));
        if (row[StatField.Proto].IsSet) Add("proto: " + row.Text(StatField.Proto));
        if (row[StatField.Cookie].IsSet) Add("cookie: " + row.Text(StatField.Cookie));
        if (row[StatField.Algo].IsSet) Add("balancing: " + row.Text(StatField.Algo));
        return text.ToString();

        void Add(string part) => text.Append(text.Length > 0 ? "\n" : "").Append(part);
    }

    private static void WriteQueueAndRate(Markup markup, StatRow row)
    {
        Cell(markup, row, StatField.Qcur);
        Cell(markup, row, StatField.Qmax);
        Limit(markup, row, StatField.Qlimit, row.Object == StatObject.Server);
        var isFrontend = row.Object == StatObject.Frontend;
        Cell(markup, row, StatField.Rate, isFrontend ? Rates(row, StatField.ConnRate, StatField.Rate, StatField.ReqRate) : null);
        Cell(markup, row, StatField.RateMax, isFrontend ? Rates(row, StatField.ConnRateMax, StatField.RateMax, StatField.ReqRateMax) : null);
        Limit(markup, row, StatField.RateLim, isFrontend);
    }

    private static string Rates(StatRow row, StatField connections, StatField sessions, StatField requests) =>
        $"Connections: {row.Text(connections)}/s\nSessions: {row.Text(sessions)}/s\nRequests: {row.Text(requests)}/s";

    private static void WriteSessions(Markup markup, StatRow row)
    {
        Cell(markup, row, StatField.Scur, row.Object == StatObject.Server ? Connections(row) : null);
        Cell(markup, row, StatField.Smax);
        Limit(markup, row, StatField.Slim, true);
        Cell(markup, row, StatField.Stot, Totals(row));
        Cell(markup, row, StatField.Lbtot);
        var last = row[StatField.Lastsess];
        markup.Raw("<td>").Raw(!last.IsSet ? "" : last.Number < 0 ? "?" : Span(last.Number)).Raw("</td>");
    }

    private static string Connections(StatRow row) =>
        $"Connections used: {row.Text(StatField.UsedConnCur)}\nIdle, for any request: {row.Text(StatField.SafeConnCur)}\n"
        + $"Idle, for repeated ones: {row.Text(StatField.IdleConnCur)}\nPrivate: {row.Text(StatField.PrivIdleCur)}";

    private static string Totals(StatRow row)
    {
        var text = new StringBuilder("Sessions: ").Append(row.Text(StatField.Stot));
        Add("Connections", StatField.ConnTot);
        Add("New connections", StatField.Connect);
        Add("Reused connections", StatField.Reuse);
        Add("HTTP requests", StatField.ReqTot);
        Add("1xx responses", StatField.Hrsp1xx);
        Add("2xx responses", StatField.Hrsp2xx);
        Add("3xx responses", StatField.Hrsp3xx);
        Add("4xx responses", StatField.Hrsp4xx);
        Add("5xx responses", StatField.Hrsp5xx);
        Add("Other responses", StatField.HrspOther);
        Add("Answered here", StatField.Intercepted);
        if (!row[StatField.Qtime].IsSet) return text.ToString();
        text.Append("\nMax / mean of the last 1024:");
        Times("queue", StatField.QtimeMax, StatField.Qtime);
        Times("connect", StatField.CtimeMax, StatField.Ctime);
        Times("response", StatField.RtimeMax, StatField.Rtime);
        Times("total", StatField.TtimeMax, StatField.Ttime);
        return text.ToString();

        void Add(string label, StatField field)
        {
            if (row[field].IsSet) text.Append('\n').Append(label).Append(": ").Append(row.Text(field));
        }

        void Times(string label, StatField max, StatField mean) =>
            text.Append("\n- ").Append(label).Append(": ").Append(row.Text(max)).Append(" / ").Append(row.Text(mean)).Append(" ms");
    }

    private static void WriteServer(Markup markup, StatRow row)
    {
        var isServer = row.Object == StatObject.Server;
        markup.Raw("<td class=\"ac\">");
        var status = row.Text(StatField.Status);
        if (status == "no check") markup.Raw("<i>no check</i>");
        else
        {
            if (row[StatField.Lastchg].IsSet) markup.Raw(Span(row.Number(StatField.Lastchg))).Raw(" ");
            markup.Text(status);
        }

        markup.Raw("</td>");
        if (row.Object is StatObject.Frontend or StatObject.Listener)
        {
            markup.Raw("<td colspan=\"8\"></td>");
            return;
        }

        WriteLastCheck(markup, row);
        markup.Raw("<td class=\"ac\">").Number(row.Number(StatField.Weight)).Raw("/").Number(row.Number(StatField.Uweight)).Raw("</td><td class=\"ac\">");
        if (isServer) markup.Raw(row.Number(StatField.Act) != 0 ? "Y" : "-").Raw("</td><td class=\"ac\">").Raw(row.Number(StatField.Bck) != 0 ? "Y" : "-");
        else markup.Number(row.Number(StatField.Act)).Raw("</td><td class=\"ac\">").Number(row.Number(StatField.Bck));
        markup.Raw("</td>");
        Cell(markup, row, StatField.Chkfail);
        Cell(markup, row, StatField.Chkdown);
        markup.Raw("<td>").Raw(row[StatField.Downtime].IsSet ? Span(row.Number(StatField.Downtime)) : "").Raw("</td><td class=\"ac\">");
        if (row[StatField.Throttle].IsSet) markup.Number(row.Number(StatField.Throttle)).Raw(" %");
        else if (isServer) markup.Raw("-");
        markup.Raw("</td>");
    }

    private static void WriteLastCheck(Markup markup, StatRow row)
    {
        if (!row[StatField.CheckStatus].IsSet)
        {
            markup.Raw("<td></td>");
            return;
        }

        var detail = row.Text(StatField.CheckDesc);
        if (row.Text(StatField.LastChk) is { Length: > 0 } info) detail += ": " + info;
        var code = row[StatField.CheckCode].IsSet ? "/" + row.Text(StatField.CheckCode) : "";
        markup.Raw("<td class=\"ac\"").Attribute("title", detail).Raw("><u>").Text(string.Create(CultureInfo.InvariantCulture,
            $"{row.Text(StatField.CheckStatus)}{code} in {row.Text(StatField.CheckDuration)}ms")).Raw("</u></td>");
    }

    private static void Cell(Markup markup, StatRow row, StatField field, string? detail = null)
    {
        var value = row[field];
        markup.Raw("<td");
        if (detail is not null && value.IsSet) markup.Attribute("title", detail).Raw("><u>").Number(value.Number).Raw("</u></td>");
        else
        {
            markup.Raw(">");
            if (value.IsSet) markup.Number(value.Number);
            markup.Raw("</td>");
        }
    }

    /// <summary>Bytes in three digits and a unit, the exact number in the tooltip.</summary>
    private static void Bytes(Markup markup, StatRow row, StatField field)
    {
        var bytes = row.Number(field);
        if (bytes < 10_000) Cell(markup, row, field);
        else markup.Raw("<td").Attribute("title", row.Text(field) + " bytes").Raw("><u>").Text(Short(bytes)).Raw("</u></td>");
    }

    /// <summary>`19.1 G`, `684 k`: decimal units.</summary>
    public static string Short(long number)
    {
        const string Units = " kMGTPE";
        var (value, unit) = ((decimal)number, 0);
        while (value >= 999.5m)
        {
            value /= 1_000;
            unit++;
        }

        var digits = value >= 99.95m ? "0" : value >= 9.995m ? "0.0" : "0.00";
        return unit == 0 ? number.ToString(CultureInfo.InvariantCulture) : value.ToString(digits, CultureInfo.InvariantCulture) + " " + Units[unit];
    }

    /// <summary>A limit: `-` where there could be one but is none.</summary>
    private static void Limit(Markup markup, StatRow row, StatField field, bool applies)
    {
        var value = row[field];
        markup.Raw("<td>");
        if (value.IsSet && value.Number > 0) markup.Number(value.Number);
        else if (applies) markup.Raw("-");
        markup.Raw("</td>");
    }
}
