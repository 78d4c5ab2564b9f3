namespace Evenkeel.Proxy.Rules;

/// <summary>
/// Copies of header values and expressions that the log wants to see at the end: numbered places with bytes in one growing array that is reused.
/// </summary>
public sealed class CaptureSlots
{
    /// <summary>All captures of one direction together.</summary>
    private const int MaxBytes = 65_536;

    private (int Offset, int Length)[] _slots = [];
    private byte[] _bytes = [];
    private int _used;

    /// <summary>False when nothing was captured in that place.</summary>
    public bool TryGet(int index, out ReadOnlySpan<byte> value)
    {
        value = default;
        if ((uint)index >= (uint)_slots.Length || _slots[index].Length < 0) return false;
        value = _bytes.AsSpan(_slots[index].Offset, _slots[index].Length);
        return true;
    }

    /// <summary>Keeps a value, cut to <paramref name="maxLength"/> bytes; without room for it the place stays as it was.</summary>
    public void Set(int index, ReadOnlySpan<byte> value, int maxLength)
    {
        if (value.Length > maxLength) value = value[..maxLength];
        if (_used + value.Length > MaxBytes) return;
        if (index >= _slots.Length) GrowSlots(index + 1);
        if (_used + value.Length > _bytes.Length) Array.Resize(ref _bytes, Math.Max(256, (_used + value.Length) * 2));
        value.CopyTo(_bytes.AsSpan(_used));
        _slots[index] = (_used, value.Length);
        _used += value.Length;
    }

    public void Clear()
    {
        if (_used == 0 && _slots.Length == 0) return;
        Array.Fill(_slots, (0, -1));
        _used = 0;
    }

    private void GrowSlots(int count)
    {
        var old = _slots.Length;
        Array.Resize(ref _slots, Math.Max(count, 4));
        for (var i = old; i < _slots.Length; i++) _slots[i] = (0, -1);
    }
}
