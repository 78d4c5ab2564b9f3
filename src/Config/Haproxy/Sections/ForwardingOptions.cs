using System.Collections.Immutable;
using Evenkeel.Config.Diagnostics;
using Evenkeel.Config.Haproxy.Expressions;
using Evenkeel.Model.Proxy;
using Evenkeel.Model.Samples;

namespace Evenkeel.Config.Haproxy.Sections;

/// <summary>The `option` statements on what servers are told of the client: `forwarded`, `originalto`, `http-restrict-req-hdr-names`.</summary>
internal static class ForwardingOptions
{
    private const string Words = "'option forwarded' only supports optional values: 'proto', 'host', 'host-expr', 'by', 'by-expr', 'by_port', 'by_port-expr', "
        + "'for', 'for-expr', 'for_port' and 'for_port-expr'.";

    public static void Forwarded(ProxySection section, Statement statement)
    {
        if (section.Lacks(ProxySides.Backend, "option forwarded")) return;
        if (statement.IsNegated)
        {
            section.Draft.Options = section.Draft.Options with { Forwarded = null };
            return;
        }
        var context = section.Context;
        var model = new ForwardedModel();
        var at = 2;
        while (statement.Has(at))
        {
            var word = statement[at++];
            ForwardedPart? part = new(null);
            var name = word;
            if (word.EndsWith("-expr", StringComparison.Ordinal))
            {
                name = word[..^5];
                if (IsKnown(name) && (part = Expression(section, statement, word, ref at)) is null) return;
            }
            if (word == "proto") model = model with { Proto = true };
            else if (IsKnown(name)) model = With(model, name, part!);
            else
            {
                context.Alert(Words);
                return;
            }
        }
        if (!statement.Has(2)) model = new ForwardedModel { Proto = true, For = new ForwardedPart(null) };
        if (model is { ByPort: not null, By: null })
            context.Warning("'option forwarded' : 'by_port-expr' will be ignored because both 'by' and 'by-expr' are unset");
        if (model is { ForPort: not null, For: null })
            context.Warning("'option forwarded' : 'for_port-expr' will be ignored because both 'for' and 'for-expr' are unset");
        section.Draft.Options = section.Draft.Options with { Forwarded = model };
    }

    private static bool IsKnown(string name) => name is "host" or "by" or "by_port" or "for" or "for_port";

    private static ForwardedModel With(ForwardedModel model, string name, ForwardedPart part) => name switch
    {
        "host" => model with { Host = part },
        "by" => model with { By = part },
        "by_port" => model with { ByPort = part },
        "for" => model with { For = part },
        _ => model with { ForPort = part },
    };

    private static ForwardedPart? Expression(ProxySection section, Statement statement, string word, ref int at)
    {
        var context = section.Context;
        if (!statement.Has(at))
        {
            context.AlertTight($"'{word}' expects <expr> as argument.");
            return null;
        }
        var text = statement[at];
        if (SampleExpressionParser.TryParse(statement.Words, ref at, section.Scope, "forwarded", out var error) is { } expression)
            return new ForwardedPart(expression);
        context.Diagnostics.Say(Severity.Alert, statement.Position,
            $"{section.Draft.TypeName} '{section.Draft.Name}' [{statement.Position}]: failed to parse 'option forwarded' expression '{text}' in : {error}.");
        return null;
    }

    public static void OriginalTo(ProxySection section, Statement statement)
    {
        var context = section.Context;
        var header = "x-original-to";
        var except = ImmutableArray.CreateBuilder<string>();
        for (var at = 2; statement.Has(at); at++)
        {
            switch (statement[at])
            {
                case "except":
                    if (!OptionReaders.IsNetwork(statement[++at]))
                    {
                        context.Alert("'option originalto except' expects <address>[/mask] as argument.");
                        return;
                    }
                    except.Add(statement[at]);
                    break;
                case "header":
                    if (!statement.Has(++at))
                    {
                        context.Alert("'option originalto header' expects <header_name> as argument.");
                        return;
                    }
                    header = statement[at].ToLowerInvariant();
                    break;
                default:
                    context.Alert("'option originalto' only supports optional values: 'except' and 'header'.");
                    return;
            }
        }
        section.Draft.Options = section.Draft.Options with { OriginalTo = new ForwardedForModel(header, except.ToImmutable()) };
    }

    public static void HeaderNames(ProxySection section, Statement statement)
    {
        const string Expected = "option 'http-restrict-req-hdr-names' expects 'preserve', 'reject' or 'delete' option.";
        var context = section.Context;
        HeaderNamePolicy? policy = statement[2] switch
        {
            "preserve" => HeaderNamePolicy.Preserve,
            "delete" => HeaderNamePolicy.Delete,
            "reject" => HeaderNamePolicy.Reject,
            _ => null,
        };
        if (!statement.Has(2)) context.Alert($"missing parameter. {Expected}");
        else if (policy is null) context.Alert($"invalid parameter '{statement[2]}'. {Expected}");
        else if (statement.Has(3)) context.Alert($"'option' cannot handle unexpected argument '{statement[3]}'.");
        else section.Draft.Options = section.Draft.Options with { HeaderNames = policy.Value };
    }
}
