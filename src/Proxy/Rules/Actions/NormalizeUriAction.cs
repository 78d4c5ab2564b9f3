using Evenkeel.Model.Rules;
using Evenkeel.Proxy.Message;
using Evenkeel.Proxy.Samples;
using Evenkeel.Proxy.Streams;

namespace Evenkeel.Proxy.Rules.Actions;

/// <summary>`normalize-uri NORMALIZER [full|strict]` (configuration.txt 4.4).</summary>
internal sealed class NormalizeUriAction : RuleAction
{
    private enum Part { Target, Path, PathAndQuery, Query }

    private static readonly (string Name, string? Option, Part Part, UriNormalizers.Normalizer Function, UriNormalizers.Normalizer? WithOption)[] Normalizers =
    [
        ("fragment-encode", null, Part.Target, UriNormalizers.EncodeFragment, null),
        ("fragment-strip", null, Part.Target, UriNormalizers.StripFragment, null),
        ("path-merge-slashes", null, Part.Path, UriNormalizers.MergeSlashes, null),
        ("path-strip-dot", null, Part.Path, UriNormalizers.StripDot, null),
        ("path-strip-dotdot", "full", Part.Path, UriNormalizers.StripDotDot, UriNormalizers.StripAllDotDot),
        ("percent-decode-unreserved", "strict", Part.PathAndQuery, UriNormalizers.DecodeUnreserved, UriNormalizers.DecodeUnreservedStrictly),
        ("percent-to-uppercase", "strict", Part.PathAndQuery, UriNormalizers.ToUppercase, UriNormalizers.ToUppercaseStrictly),
        ("query-sort-by-name", null, Part.Query, UriNormalizers.SortQuery, null),
    ];

    public static readonly ActionRow Row = new(
        new ActionSignature("normalize-uri", RuleSets.HttpRequest, [new ActionParameter("normalizer", ParameterKind.Word)], [])
        {
            IsExperimental = true, Usage = "missing argument <normalizer>", Grammar = ActionGrammar.Normalizer, Check = Check,
        }, (model, _) => new NormalizeUriAction(model));

    private readonly Part _part;
    private readonly UriNormalizers.Normalizer _normalize;

    private NormalizeUriAction(ActionModel model)
    {
        var row = Array.Find(Normalizers, row => row.Name == model.Positional[0].Text);
        _part = row.Part;
        _normalize = model.Positional.Length > 1 ? row.WithOption! : row.Function;
    }

    public override RuleVerdict Run(SampleContext context, Stream stream)
    {
        var request = stream.Request;
        var target = new RequestTarget(request.Target);
        if (_part != Part.Target && !target.HasPath) return RuleVerdict.Continue;
        var old = _part switch
        {
            Part.Target => request.Target,
            Part.Path => target.Path,
            Part.PathAndQuery => target.PathAndQuery,
            _ => target.Query,
        };
        var before = _part == Part.Target ? 0 : _part == Part.Query ? request.Target.Length - old.Length : target.Prefix.Length;
        var free = context.Scratch.Free;
        if (free.Length < request.Target.Length + old.Length * 3) return FailRewrite(context, stream);
        request.Target[..before].CopyTo(free);
        var length = _normalize(old, free[before..]);
        if (length < 0)
        {
            stream.DenyStatus = 400;
            return RuleVerdict.Deny;
        }

        request.Target[(before + old.Length)..].CopyTo(free[(before + length)..]);
        var whole = free[..(request.Target.Length - old.Length + length)];
        return whole.SequenceEqual(request.Target) ? RuleVerdict.Continue : Rewritten(request.SetTarget(whole), context, stream);
    }

    private static string? Check(ActionModel model)
    {
        var name = model.Positional[0].Text;
        var row = Array.Find(Normalizers, row => row.Name == name);
        if (row.Name is null) return $"unknown normalizer '{name}'";
        if (model.Positional.Length < 2 || row.Option == model.Positional[1].Text) return null;
        return $"unknown argument '{model.Positional[1].Text}' for '{name}' normalizer";
    }
}
