using Evenkeel.Model.Proxy;

namespace Evenkeel.Proxy.Rules;

/// <summary>`capture cookie NAME len N`: the first cookie with a value whose name begins like this, with its name, for `%CC` and `%CS`.</summary>
public sealed class CookieCapture(CaptureModel model)
{
    /// <summary>Places in <see cref="StreamRuleState.CookieCaptures"/>.</summary>
    internal const int Request = 0;
    internal const int Response = 1;

    private readonly byte[] _prefix = RuleBinder.Bytes(model.Header);

    /// <returns>False when it is another cookie.</returns>
    internal bool TryKeep(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, CaptureSlots slots, int place)
    {
        if (!name.StartsWith(_prefix)) return false;
        Span<byte> text = stackalloc byte[Math.Min(model.MaxLength, 512)];
        var length = 0;
        foreach (var piece in (ReadOnlySpan<int>)[0, 1, 2])
        {
            var bytes = piece switch { 0 => name, 1 => "="u8, _ => value };
            bytes = bytes[..Math.Min(bytes.Length, text.Length - length)];
            bytes.CopyTo(text[length..]);
            length += bytes.Length;
        }

        slots.Set(place, text[..length], model.MaxLength);
        return true;
    }
}
