using System.Collections.Frozen;
using System.Text;
using Evenkeel.Config.Diagnostics;
using Evenkeel.Config.Haproxy.HealthChecks;
using Evenkeel.Config.Haproxy.Reuse;

namespace Evenkeel.Config.Haproxy.Sections;

/// <summary>Recognises the words that open a section, whatever section is open, and makes the new one.</summary>
internal sealed class SectionOpener(ParseContext context, bool isEarlyPass)
{
    /// <summary>Section kinds of the original that are refused for now.</summary>
    public static readonly FrozenSet<string> NotYet = FrozenSet.Create(StringComparer.Ordinal,
        "acme", "cache", "crt-store", "fcgi-app", "mailers", "peers");

    public static readonly FrozenSet<string> Supported = FrozenSet.Create(StringComparer.Ordinal,
        "global", "defaults", "frontend", "backend", "listen", "healthcheck", "userlist", "http-errors", "log-profile", "log-forward",
        "resolvers", "ring", "traces", "namespace_list");

    public static bool Opens(Statement statement) => Supported.Contains(statement.Keyword) || NotYet.Contains(statement.Keyword);

    /// <summary>The word that opens a section, from its plain text; empty when it is none.</summary>
    public static string KeywordOf(ReadOnlySpan<byte> word)
    {
        foreach (var name in Supported)
            if (name.Length == word.Length && Ascii.Equals(word, name)) return name;
        foreach (var name in NotYet)
            if (name.Length == word.Length && Ascii.Equals(word, name)) return name;
        return "";
    }

    /// <summary>The section a statement opens; the one before is closed already.</summary>
    public ISection Open(Statement statement)
    {
        var keyword = statement.Keyword;
        if (isEarlyPass) return keyword == "global" ? new GlobalSection(context, isEarlyPass: true) : new SkippedSection(context, statement[1]);
        switch (keyword)
        {
            case "global":
                if (statement.Has(1)) context.Alert($"'global' cannot handle unexpected argument '{statement[1]}'.");
                return new GlobalSection(context, isEarlyPass: false);
            case "defaults":
                return Defaults(statement);
            case "frontend" or "backend" or "listen":
                return Proxy(statement);
            case "userlist":
                return UserList(statement);
            case "http-errors":
                return HttpErrors(statement);
            case "log-profile":
                return LogProfile(statement);
            case "log-forward":
                return LogForward(statement);
            case "healthcheck":
                return HealthCheck(statement);
            case "ring":
                return Ring(statement);
            case "resolvers":
                return Resolvers(statement);
            case "traces":
                if (statement.Has(1)) context.Alert($"'traces' cannot handle unexpected argument '{statement[1]}'.");
                return new TracesSection(context);
            case "namespace_list":
                return new NamespaceListSection(context);
            default:
                context.NotSupported($"the '{keyword}' section");
                return new SkippedSection(context, statement.Has(1) ? statement[1] : keyword);
        }
    }

    private ISection UserList(Statement statement)
    {
        var name = statement[1];
        if (name.Length == 0) context.AlertTight("'userlist' expects <name> as arguments.");
        else if (Forbidden(name) is { } bad) context.AlertTight($"character '{bad}' is not permitted in 'userlist' name '{name}'.");
        else if (statement.Has(2)) context.Alert($"'userlist' cannot handle unexpected argument '{statement[2]}'.");
        else if (context.Draft.UserLists.Exists(list => list.Name == name)) context.WarningTight($"ignoring duplicated userlist '{name}'.");
        return new UserListSection(context, name, statement.Position);
    }

    private ISection HttpErrors(Statement statement)
    {
        var name = statement[1];
        if (name.Length == 0)
        {
            context.Alert("missing name for http-errors section.");
            context.IsAborted = true;
        }
        else if (Forbidden(name) is { } bad) context.Alert($"character '{bad}' is not permitted in 'http-errors' name '{name}'.");
        else if (statement.Has(2)) context.Alert($"'http-errors' cannot handle unexpected argument '{statement[2]}'.");
        else if (context.Draft.HttpErrors.Find(section => section.Name == name) is { } other)
            context.AlertTight($"http-errors section '{name}' already exists (declared at {other.Position}).");
        return new HttpErrorsSection(context, name, statement.Position);
    }

    private ISection HealthCheck(Statement statement)
    {
        var name = statement[1];
        if (name.Length == 0) return Abort(statement, "missing name for healthcheck section.");
        if (Forbidden(name) is { } bad) return Abort(statement, $"character '{bad}' is not permitted in 'healthcheck' name '{name}'.");
        if (context.Draft.HealthChecks.TryGetValue(name, out var other))
            return Abort(statement, $"healthcheck section '{name}' already defined at {other.Position}.");
        return new HealthCheckSection(context, name);
    }

    private ISection Ring(Statement statement)
    {
        var name = statement[1];
        string? complaint = null;
        if (name.Length == 0) complaint = "missing ring name.";
        else if (Forbidden(name) is { } bad)
            complaint = $"invalid ring name '{name}' (character '{bad}' is not permitted).";
        else if (name is "stdout" or "stderr" || context.Draft.Rings.Exists(ring => ring.Name == name)) complaint = $"sink named '{name}' already exists.";
        if (complaint is null) return new RingSection(context, name);
        context.Alert(complaint);
        return new SkippedSection(context, name);
    }

    private ISection LogForward(Statement statement)
    {
        var name = statement[1];
        if (name.Length == 0) return Abort(statement, "missing name for log-forward section.");
        if (statement.Has(2)) return Abort(statement, $"'log-forward' cannot handle unexpected argument '{statement[2]}'.");
        if (Forbidden(name) is { } bad) return Abort(statement, $"character '{bad}' is not permitted in 'log-forward' name '{name}'.");
        void Say(string text) => context.Diagnostics.Say(Severity.Alert, context.Position, $"config : Parsing [{context.Position}]: {text}");
        if (context.Draft.LogForwards.Find(section => section.Name == name) is { } other)
            Say($"log-forward section '{name}' has the same name as another log-forward section declared at {other.Position}.");
        if (context.Draft.FindProxy(name) is { } proxy)
            Say($"log forward section '{name}' has the same name as {proxy.TypeName} '{proxy.Name}' declared at {proxy.Position}.");
        return new LogForwardSection(context, name);
    }

    private ISection Resolvers(Statement statement)
    {
        var name = statement[1];
        if (name.Length == 0) return Abort(statement, "missing name for resolvers section.");
        if (Forbidden(name) is { } bad) return Abort(statement, $"character '{bad}' is not permitted in 'resolvers' name '{name}'.");
        if (context.Draft.Resolvers.Find(other => other.Name == name) is not { } known) return new ResolversSection(context, name, statement.Position);
        context.Diagnostics.Say(Severity.Alert, context.Position,
            $"config : Parsing [{context.Position}]: resolvers '{name}' has same name as another resolvers (declared at {known.Position}).");
        context.IsAborted = true;
        return new SkippedSection(context, name);
    }

    private ISection LogProfile(Statement statement)
    {
        var name = statement[1];
        if (name.Length == 0) return Abort(statement, "missing name for log-profile section.");
        if (statement.Has(2)) context.Alert($"'log-profile' cannot handle unexpected argument '{statement[2]}'.");
        if (Forbidden(name) is { } bad) return Abort(statement, $"character '{bad}' is not permitted in 'log-profile' name '{name}'.");
        if (context.Draft.LogProfiles.Find(profile => profile.Name == name) is { } other)
            context.Diagnostics.Say(Severity.Alert, context.Position,
                $"config : Parsing [{context.Position}]: log-profile section '{name}' has the same name as another log-profile section declared at "
                + $"{other.Position}.");
        return new LogProfileSection(context, name, statement.Position);
    }

    private ProxySection Defaults(Statement statement)
    {
        // `defaults from x` has no name of its own.
        var isAnonymous = statement[1] == "from" && statement.Has(2);
        var name = isAnonymous ? "" : statement[1];
        var from = isAnonymous ? 1 : 2;
        ProxyDraft? parent = null;
        if (statement[from] == "from") parent = FindDefaults(statement[from + 1], $"defaults '{name}'");
        if (parent is { HasRules: true })
            context.AlertTight($"a defaults section cannot inherit from a defaults section defining TCP/HTTP rules (defaults section at {parent.Position}).");
        var draft = parent is null
            ? new ProxyDraft { Kind = ProxyKind.Defaults, Name = name, Position = statement.Position }
            : parent.Derive(ProxyKind.Defaults, name, statement.Position);
        context.Draft.Defaults.Add(draft);
        context.Draft.CurrentDefaults = draft;
        return new ProxySection(context, draft);
    }

    /// <summary>Looks a defaults section up by name; a name nobody has, or two have, cannot be used.</summary>
    private ProxyDraft? FindDefaults(string name, string user)
    {
        var found = context.Draft.Defaults.FindAll(draft => draft.Name == name && name.Length > 0);
        if (found.Count == 0)
        {
            context.Alert($"defaults section '{name}' not found for {user}.");
            context.IsAborted = true;
            return null;
        }
        var last = found[^1];
        if (Forbidden(name) is { } bad)
            context.Diagnostics.Remark(Severity.Alert, context.Position, $"config : parsing [{context.Position}] : character '{bad}' is not permitted in "
                + $"defaults section name '{name}' when designated by its name (section found at {last.Position}).");
        if (found.Count > 1)
            context.Diagnostics.Remark(Severity.Alert, context.Position, $"config : parsing [{context.Position}] : ambiguous defaults section name '{name}' "
                + $"referenced by {user} exists at least at {last.Position} and {found[^2].Position}.");
        if (last.IsImplicitlyUsed) WarnOfBothUses(last);
        last.IsReferenced = true;
        return last;
    }

    /// <summary>The first character that a name may not have, if it has one.</summary>
    private static char? Forbidden(string name)
    {
        foreach (var c in name)
            if (!IsNameCharacter(c)) return c;
        return null;
    }

    internal static bool IsNameCharacter(char c) => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or ':';

    private ISection Proxy(Statement statement)
    {
        var kind = statement.Keyword switch { "frontend" => ProxyKind.Frontend, "backend" => ProxyKind.Backend, _ => ProxyKind.Listen };
        var name = statement[1];
        var type = kind == ProxyKind.Listen ? "proxy" : statement.Keyword;
        if (name.Length == 0) return Abort(statement, $"'{statement.Keyword}' expects an <id> argument");
        // Said as an error, and no reason to refuse the file.
        if (Forbidden(name) is { } bad)
            context.Diagnostics.Remark(Severity.Alert, context.Position,
                $"config : parsing [{context.Position}] : character '{bad}' is not permitted in '{statement.Keyword}' name '{name}'.");
        if (context.Draft.FindProxy(name) is { } other) return RefuseDuplicate(statement, kind, type, other);
        if (context.Draft.LogForwards.Find(section => section.Name == name) is { } forward)
        {
            context.Diagnostics.Say(Severity.Alert, context.Position,
                $"config : Parsing [{context.Position}]: {type} '{name}' has the same name as log forward section '{name}' declared at {forward.Position}.");
            context.IsAborted = true;
            return new SkippedSection(context, name);
        }
        if (statement.Has(2) && statement[2] != "from")
        {
            if (kind != ProxyKind.Backend) context.Alert("please use the 'bind' keyword for listening addresses.");
            return new SkippedSection(context, name, "'listen' or 'defaults' expected.");
        }
        var from = statement[2] == "from" ? statement[3] : "";
        if (!TryInherit(kind, statement.Keyword, name, from, out var defaults)) return new SkippedSection(context, name);
        var draft = defaults?.Derive(kind, name, statement.Position) ?? new ProxyDraft { Kind = kind, Name = name, Position = statement.Position };
        context.Draft.Add(draft);
        return new ProxySection(context, draft);
    }

    /// <summary>A section that need not be read: what reading it did is done again.</summary>
    /// <returns>False when it has to be read after all.</returns>
    public bool TryKeep(ReadSection known)
    {
        var draft = known.Draft;
        if (context.Draft.FindProxy(draft.Name) is not null || !TryInherit(draft.Kind, draft.SectionName, draft.Name, known.DefaultsName, out _)) return false;
        if (draft.ExplicitId is { } id && !context.Draft.ExplicitIds.TryAdd(id, draft)) return false;
        context.References.AddAgain(known.References);
        context.Draft.Add(draft);
        return true;
    }

    /// <param name="from">The `defaults` it names; empty for the last one, if there is any.</param>
    private bool TryInherit(ProxyKind kind, string keyword, string name, string from, out ProxyDraft? defaults)
    {
        defaults = context.Draft.CurrentDefaults;
        if (from.Length > 0)
        {
            defaults = FindDefaults(from, $"{(kind == ProxyKind.Listen ? "proxy" : keyword)} '{name}'");
            if (defaults is null) return false;
        }
        else if (defaults is not null) UseImplicitly(defaults);
        if (defaults is { HasRules: true }) CheckInheritedRules(kind, keyword, defaults);
        return true;
    }

    /// <summary>Rules of a defaults section may be taken over by frontends or by backends, not by both, and not by a `listen`.</summary>
    private void CheckInheritedRules(ProxyKind kind, string keyword, ProxyDraft defaults)
    {
        var where = $"(defaults section at {defaults.Position}).";
        if (kind != ProxyKind.Frontend && !defaults.RequestCaptures.IsEmpty)
        {
            context.AlertTight($"backend or defaults sections cannot inherit from a defaults section defining captures {where}");
            context.IsAborted = true;
        }
        else if (kind == ProxyKind.Listen)
        {
            context.AlertTight("a listen section cannot inherit from a defaults section defining TCP/HTTP rules.");
            context.IsAborted = true;
        }
        else if (kind == ProxyKind.Backend && defaults.TcpRequestConnection.Count + defaults.TcpRequestSession.Count > 0)
            context.AlertTight($"a {keyword} section cannot inherit from a defaults section defining 'tcp-request connection' or 'tcp-request "
                + $"session' rules {where}");
        else if (kind == ProxyKind.Frontend && defaults.TcpResponseContent.Count > 0)
            context.AlertTight($"a {keyword} section cannot inherit from a defaults section defining 'tcp-response content' rules {where}");
        else if (defaults.RulesUsedBy is { } user && user != kind)
        {
            context.AlertTight($"frontends and backends cannot inherit from the same defaults section if it defines TCP/HTTP rules {where}");
            context.IsAborted = true;
        }
        defaults.RulesUsedBy ??= kind;
    }

    private void UseImplicitly(ProxyDraft defaults)
    {
        if (defaults.IsReferenced) WarnOfBothUses(defaults);
        defaults.IsImplicitlyUsed = true;
    }

    private void WarnOfBothUses(ProxyDraft defaults) =>
        context.Warning($"defaults section '{defaults.Name}' (declared at {defaults.Position}) is explicitly referenced by another proxy and "
            + "implicitly used here. "
            + "To avoid any ambiguity don't mix both usage. Add a last defaults section not explicitly used or always use explicit references.");

    private SkippedSection Abort(Statement statement, string text)
    {
        context.Alert(text);
        context.IsAborted = true;
        return new SkippedSection(context, statement[1]);
    }

    private SkippedSection RefuseDuplicate(Statement statement, ProxyKind kind, string type, ProxyDraft other)
    {
        var text = $"config : Parsing [{context.Position}]: {type} '{statement[1]}' has the same name as {other.TypeName} '{other.Name}' declared at "
            + $"{other.Position}.";
        var overlaps = kind == other.Kind || kind == ProxyKind.Listen || other.Kind == ProxyKind.Listen;
        if (overlaps) context.Diagnostics.Say(Severity.Alert, context.Position, text);
        context.Diagnostics.Say(Severity.Alert, context.Position, text + " This is no longer supported as of 3.3. Please rename one or the other.");
        context.IsAborted = true;
        return new SkippedSection(context, statement[1]);
    }
}
