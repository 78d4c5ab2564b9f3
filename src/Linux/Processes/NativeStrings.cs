using System.Runtime.InteropServices;
using System.Text;

namespace Evenkeel.Linux.Processes;

/// <summary>A null-terminated vector of C strings (argv, envp) in one block of native memory, freed with <see cref="Dispose"/>.</summary>
internal sealed unsafe class NativeStrings : IDisposable
{
    private byte** _vector;

    public NativeStrings(IReadOnlyList<string> texts)
    {
        // Layout: the pointers and their closing null, then the strings, each with its closing NUL.
        var pointersLength = (texts.Count + 1) * sizeof(byte*);
        var total = pointersLength;
        foreach (var text in texts) total += Encoding.UTF8.GetByteCount(text) + 1;

        _vector = (byte**)NativeMemory.Alloc((nuint)total);
        var room = new Span<byte>((byte*)_vector + pointersLength, total - pointersLength);
        for (var i = 0; i < texts.Count; i++)
        {
            // Bound: room was counted with the same encoder above.
            _vector[i] = (byte*)_vector + (total - room.Length);
            var length = Encoding.UTF8.GetBytes(texts[i], room);
            room[length] = 0;
            room = room[(length + 1)..];
        }
        _vector[texts.Count] = null;
    }

    public byte** Vector => _vector;

    public void Dispose()
    {
        NativeMemory.Free(_vector);
        _vector = null;
    }
}
