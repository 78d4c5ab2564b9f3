using System.Collections;

namespace Evenkeel.Config.Keepalived.Drafts;

/// <summary>Drafts in the order of the file, found by name at once: generated configurations have tens of thousands.</summary>
internal sealed class NamedDrafts<T>(Func<T, string> nameOf) : IEnumerable<T>
    where T : class
{
    private readonly List<T> _items = [];
    private readonly Dictionary<string, T> _byName = new(StringComparer.Ordinal);

    /// <summary>The first of a name is the one that is found.</summary>
    public void Add(T item)
    {
        _items.Add(item);
        _byName.TryAdd(nameOf(item), item);
    }

    public T? Find(string name) => _byName.GetValueOrDefault(name);

    public IEnumerator<T> GetEnumerator() => _items.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
