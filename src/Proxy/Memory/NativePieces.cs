using System.Runtime.InteropServices;
using Evenkeel.Linux.Memory;

namespace Evenkeel.Proxy.Memory;

/// <summary>
/// Bytes that only grow, in large pieces of native memory: what would otherwise be the arrays by which a garbage collection decides that it is time for a
/// whole one. Owner: whoever holds the lock of what is kept here; goes when it is disposed and no reader is left, or nobody has it any more.
/// </summary>
internal sealed unsafe class NativePieces : SafeHandle
{
    private readonly List<nint> _pieces = [];

    /// <param name="pieceLength">Bytes; nothing longer can be cut.</param>
    public NativePieces(int pieceLength) : base(0, ownsHandle: true)
    {
        PieceLength = pieceLength;
        // Each piece is a handle of its own; this one only says that there are some to be given back.
        SetHandle(1);
    }

    public int PieceLength { get; }

    public int Count => _pieces.Count;

    public override bool IsInvalid => handle == 0;

    /// <summary>Room behind all that there is.</summary>
    /// <returns>False when the process may not have more.</returns>
    public bool TryAddPiece()
    {
        _pieces.EnsureCapacity(_pieces.Count + 1);
        var piece = PageMemory.Map((nuint)PieceLength);
        if (piece is null) return false;
        _pieces.Add((nint)piece);
        return true;
    }

    /// <summary>A whole piece. Its bytes are there until this is disposed: readers that others do not wait for hold it by <see cref="Hold"/>.</summary>
    public Span<byte> Piece(int index) => new((void*)_pieces[index], PieceLength);

    /// <summary>Keeps the bytes until <see cref="SafeHandle.DangerousRelease"/>.</summary>
    /// <returns>False when they are gone.</returns>
    public bool Hold()
    {
        var held = false;
        try
        {
            DangerousAddRef(ref held);
        }
        catch (ObjectDisposedException)
        {
            // Somebody else was quicker: there is nothing left to read.
        }
        return held;
    }

    protected override bool ReleaseHandle()
    {
        foreach (var piece in _pieces) PageMemory.Unmap((byte*)piece, (nuint)PieceLength);
        _pieces.Clear();
        return true;
    }
}
