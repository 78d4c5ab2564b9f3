using System.Text;
using Evenkeel.Linux.OpenSsl;
using Evenkeel.Proxy.Samples.Patterns;

namespace Evenkeel.Proxy.Samples.Converters;

/// <summary>Keys by the path of the file they came from, read while the configuration was: nothing is opened per request.</summary>
public sealed class KeyFiles
{
    private readonly Dictionary<byte[], AsymmetricKey> _byPath = new(ByteStringComparer.Exact);

    /// <summary>The key of a file that the configuration names, or null.</summary>
    public AsymmetricKey? Find(ReadOnlySpan<byte> path) => _byPath.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(path, out var key) ? key : null;

    internal void Add(string path, AsymmetricKey key) => _byPath[Encoding.Latin1.GetBytes(path)] = key;
}
