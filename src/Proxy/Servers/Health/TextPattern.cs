using System.Text;
using Evenkeel.Model.Proxy;
using Evenkeel.Proxy.Samples;

namespace Evenkeel.Proxy.Servers.Health;

/// <summary>How `http-check expect hdr` compares a name or a value: with a text, a regular expression, or a format that is evaluated for each check.</summary>
internal sealed class TextPattern(CheckTextModel model, Binder binder)
{
    private readonly byte[] _text = Encoding.Latin1.GetBytes(model.Text);
    private readonly BoundLogFormat? _format = model.Format is { } format ? binder.Bind(format) : null;
    private readonly BytePattern? _regex = model.Match == TextMatch.Regex ? BytePattern.Regex(model.Text) : null;
    private readonly BytePattern? _nameRegex = model.Match == TextMatch.Regex ? BytePattern.Regex(model.Text, ignoreCase: true) : null;

    /// <summary>What to compare with; good until the scratch room is released. Empty for a format without a value, which matches nothing.</summary>
    public ReadOnlySpan<byte> Wanted(SampleContext context) => _format is null ? _text : _format.Evaluate(context);

    /// <param name="ignoresCase">For names of headers.</param>
    public bool Matches(ReadOnlySpan<byte> text, ReadOnlySpan<byte> wanted, bool ignoresCase)
    {
        if (_regex is not null) return (ignoresCase ? _nameRegex! : _regex).IsIn(text);
        if (_format is not null && wanted.IsEmpty) return false;
        if (wanted.Length > text.Length) return false;
        return model.Match switch
        {
            TextMatch.Equal => text.Length == wanted.Length && AreEqual(text, wanted, ignoresCase),
            TextMatch.Prefix => AreEqual(text[..wanted.Length], wanted, ignoresCase),
            TextMatch.Suffix => AreEqual(text[^wanted.Length..], wanted, ignoresCase),
            _ => Contains(text, wanted, ignoresCase),
        };
    }

    private static bool Contains(ReadOnlySpan<byte> text, ReadOnlySpan<byte> wanted, bool ignoresCase)
    {
        for (var at = 0; at + wanted.Length <= text.Length; at++)
            if (AreEqual(text.Slice(at, wanted.Length), wanted, ignoresCase)) return true;
        return false;
    }

    private static bool AreEqual(ReadOnlySpan<byte> text, ReadOnlySpan<byte> wanted, bool ignoresCase) =>
        ignoresCase ? Ascii.EqualsIgnoreCase(text, wanted) : text.SequenceEqual(wanted);
}
