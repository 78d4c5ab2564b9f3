using System.Text;
using Evenkeel.Proxy.Memory;

namespace Evenkeel.Proxy.Message;

/// <summary>Changes to a head. Every method that may need room answers false, with nothing changed, when there is none left.</summary>
public sealed partial class HttpMessage
{
    /// <summary>Begins a response that does not come from a server.</summary>
    public bool StartResponse(int status, ReadOnlySpan<byte> reason)
    {
        Reset();
        IsPresent = true;
        IsRequest = false;
        MinorVersion = 1;
        if (!TryKeep(reason, 0, out _reason)) return false;
        Status = status;
        return true;
    }

    /// <summary>Appends a header. The name is put in lower case.</summary>
    public bool Add(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value) => Insert(HeaderCount, name, value);

    /// <summary>Puts a header in front of all others.</summary>
    public bool AddFirst(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value) => Insert(0, name, value);

    /// <summary>Removes all headers of that name and appends one with this value.</summary>
    public bool Set(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        Span<byte> lower = stackalloc byte[MaxNameLength];
        if (name.Length > MaxNameLength) return false;
        lower = lower[..ToLower(name, lower)];
        if (!InsertLower(HeaderCount, lower, value)) return false;
        for (var i = HeaderCount - 2; i >= 0; i--)
            if (_fields[i].Name.Length == lower.Length && At(_fields[i].Name).SequenceEqual(lower)) RemoveAt(i);
        return true;
    }

    public bool SetValue(int index, ReadOnlySpan<byte> value)
    {
        ref var field = ref Field(index);
        if (!TryKeep(value, value.Length - field.Value.Length, out var kept)) return false;
        _fieldsLength += value.Length - field.Value.Length;
        field.Value = kept;
        field.IsPlain = false;
        return true;
    }

    /// <summary>Removes every header of that name.</summary>
    /// <returns>How many there were.</returns>
    public int Remove(ReadOnlySpan<byte> lowerName)
    {
        var removed = 0;
        for (var i = HeaderCount - 1; i >= 0; i--)
        {
            if (_fields[i].Name.Length != lowerName.Length || !At(_fields[i].Name).SequenceEqual(lowerName)) continue;
            RemoveAt(i);
            removed++;
        }

        return removed;
    }

    public int Remove(KnownHeader known)
    {
        var removed = 0;
        for (var i = HeaderCount - 1; i >= 0; i--)
        {
            if (_fields[i].Known != known) continue;
            RemoveAt(i);
            removed++;
        }

        return removed;
    }

    /// <summary>Removes one header; those behind it move one index down.</summary>
    public void RemoveAt(int index)
    {
        ref var field = ref Field(index);
        _fieldsLength -= field.Name.Length + field.Value.Length + LineOverhead;
        HeaderCount--;
        _fields.AsSpan(index + 1, HeaderCount - index).CopyTo(_fields.AsSpan(index));
    }

    public bool SetMethod(ReadOnlySpan<byte> method)
    {
        if (!Replace(ref _method, method)) return false;
        KnownMethod = HttpMethods.Parse(method);
        return true;
    }

    public bool SetTarget(ReadOnlySpan<byte> target) => Replace(ref _target, target);

    /// <param name="status">100 to 999.</param>
    public void SetStatus(int status) => Status = status;

    public bool SetReason(ReadOnlySpan<byte> reason) => Replace(ref _reason, reason);

    /// <summary>The longest name a rule may give a header.</summary>
    private const int MaxNameLength = 256;

    private bool Insert(int index, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        Span<byte> lower = stackalloc byte[MaxNameLength];
        if (name.Length > MaxNameLength) return false;
        return InsertLower(index, lower[..ToLower(name, lower)], value);
    }

    private bool InsertLower(int index, ReadOnlySpan<byte> lower, ReadOnlySpan<byte> value)
    {
        var grows = lower.Length + value.Length + LineOverhead;
        if (!TryReserve(value, grows, grows)) return false;
        // As it will stand on the wire, so that it is copied there in one piece.
        var at = _edits!.End;
        _edits.Append(lower);
        _edits.Append(": "u8);
        _edits.Append(value);
        _edits.Append("\r\n"u8);
        if (HeaderCount == _fields.Length) Array.Resize(ref _fields, _fields.Length * 2);
        if (index < HeaderCount) _fields.AsSpan(index, HeaderCount - index).CopyTo(_fields.AsSpan(index + 1));
        ref var field = ref _fields[index];
        field.Name = new Piece(at, lower.Length, isEdit: true);
        field.Value = new Piece(at + lower.Length + 2, value.Length, isEdit: true);
        field.Known = KnownHeaders.Parse(lower);
        field.IsPlain = true;
        HeaderCount++;
        _fieldsLength += grows;
        return true;
    }

    private bool Replace(ref Piece piece, ReadOnlySpan<byte> bytes)
    {
        if (!TryKeep(bytes, bytes.Length - piece.Length, out var kept)) return false;
        piece = kept;
        return true;
    }

    /// <summary>Copies bytes to the edits' buffer if both that and the whole head have room for them.</summary>
    private bool TryKeep(ReadOnlySpan<byte> bytes, int grows, out Piece piece)
    {
        piece = default;
        if (bytes.IsEmpty) return Length + grows <= MaxLength - Occupied;
        if (!TryReserve(bytes, bytes.Length, grows)) return false;
        piece = new Piece(_edits!.End, bytes.Length, isEdit: true);
        _edits.Append(bytes);
        return true;
    }

    /// <summary>Room for <paramref name="room"/> bytes in the edits' buffer, some of them <paramref name="bytes"/>.</summary>
    /// <param name="grows">Bytes the head grows by.</param>
    private bool TryReserve(ReadOnlySpan<byte> bytes, int room, int grows)
    {
        if (Length + grows > MaxLength - Occupied) return false;
        _edits ??= _editPool.Take();
        return _edits.Free.Length >= room || CompactEdits(bytes, room);
    }

    /// <summary>Many edits of one header leave dead bytes behind; copies what is alive to a fresh buffer.</summary>
    private bool CompactEdits(ReadOnlySpan<byte> wanted, int room)
    {
        var old = _edits!;
        var fresh = _editPool.Take();
        Move(old, fresh, ref _method);
        Move(old, fresh, ref _target);
        Move(old, fresh, ref _reason);
        foreach (ref var field in _fields.AsSpan(0, HeaderCount))
        {
            field.IsPlain &= !field.Name.IsEdit;
            Move(old, fresh, ref field.Name);
            Move(old, fresh, ref field.Value);
        }

        // `wanted` may itself lie in the old buffer (a header copied to another), so it is copied before that goes back to the pool.
        var fits = fresh.Free.Length >= room;
        _edits = fresh;
        _editPool.Return(old);
        return fits && !Overlaps(old, wanted);
    }

    private static bool Overlaps(NativeBuffer buffer, ReadOnlySpan<byte> bytes) => buffer.Slice(0, buffer.Capacity).Overlaps(bytes);

    private static void Move(NativeBuffer from, NativeBuffer to, ref Piece piece)
    {
        if (!piece.IsEdit || piece.Length == 0) return;
        var moved = new Piece(to.End, piece.Length, isEdit: true);
        to.Append(from.Slice(piece.Offset, piece.Length));
        piece = moved;
    }

    private static int ToLower(ReadOnlySpan<byte> name, Span<byte> lower)
    {
        Ascii.ToLower(name, lower, out var written);
        return written;
    }
}
