namespace Evenkeel.Control.Stats;

/// <summary>What a row of `show stat` is about; the numbers are those of the column `type`.</summary>
public enum StatObject { Frontend = 0, Backend = 1, Server = 2, Listener = 3 }

/// <summary>
/// One object's values, by column. Filled by the `...Reading` classes, written by the `...Form` classes; one row is filled again and again in a dump.
/// </summary>
public sealed class StatRow
{
    private readonly StatValue[] _values = new StatValue[StatFields.Count];

    public StatObject Object { get; private set; }

    /// <summary>The proxy's id [iid].</summary>
    public int ProxyId { get; private set; }

    /// <summary>The server's or bind line's id, 0 for a proxy [sid].</summary>
    public int Id { get; private set; }

    /// <summary>Protocols count for this object (frontends and backends).</summary>
    public bool HasProtocols => Object is StatObject.Frontend or StatObject.Backend;

    public StatValue this[StatField field]
    {
        get => _values[(int)field];
        set => _values[(int)field] = value;
    }

    /// <summary>Empties the row for another object and sets the columns that name it.</summary>
    public void Begin(StatObject kind, int proxyId, int id, string proxyName, string name, string mode)
    {
        Array.Clear(_values);
        Object = kind;
        ProxyId = proxyId;
        Id = id;
        Set(StatField.Pxname, proxyName);
        Set(StatField.Svname, name);
        Set(StatField.Mode, mode);
        Set(StatField.Pid, 1);
        Set(StatField.Iid, proxyId);
        Set(StatField.Sid, id);
        Set(StatField.Type, (int)kind);
    }

    public void Set(StatField field, long number) => _values[(int)field] = StatValue.Of(number);

    /// <summary>Sets a value whose tags differ from the column's own.</summary>
    public void Set(StatField field, long number, string tags) => _values[(int)field] = StatValue.Of(number, tags);

    public void Set(StatField field, string text) => _values[(int)field] = StatValue.Of(text);

    /// <summary>Makes columns empty again.</summary>
    public void Clear(params ReadOnlySpan<StatField> fields)
    {
        foreach (var field in fields) _values[(int)field] = default;
    }

    public long Number(StatField field) => _values[(int)field].Number;

    public string Text(StatField field) => _values[(int)field].ToString();
}
