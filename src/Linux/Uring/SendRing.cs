using System.Runtime.InteropServices;

namespace Evenkeel.Linux.Uring;

/// <summary>
/// An io_uring(7) used for one thing: many non-blocking sends in one system call. Every send is done when <see cref="Submit"/> returns; nothing is left
/// under way, so its room for bytes is free again at once. Owner: one thread at a time.
/// </summary>
/// <remarks>Layout of the shared memory: io_uring_setup(2). Needs Linux 5.6; a container's seccomp profile or `kernel.io_uring_disabled` may forbid
/// it.</remarks>
public sealed unsafe partial class SendRing : IDisposable
{
    private const int IORING_OFF_SQ_RING = 0;
    private const int IORING_OFF_SQES = 0x10000000;
    private const uint IORING_FEAT_SINGLE_MMAP = 1;
    private const uint IORING_ENTER_GETEVENTS = 1;
    private const byte IORING_OP_SEND = 26;
    private const int MSG_DONTWAIT = 0x40;
    private const int MSG_NOSIGNAL = 0x4000;
    private const int PROT_READ_WRITE = 3;
    private const int MAP_SHARED = 1;
    private const int MAP_PRIVATE = 2;
    private const int MAP_ANONYMOUS = 0x20;
    private const int MAP_POPULATE = 0x8000;
    private const nint SetupCall = 425;
    private const nint EnterCall = 426;
    private const int NotDone = int.MinValue;

    private readonly int _descriptor;
    private readonly nuint _ringLength;
    private readonly byte* _rings;
    private readonly byte* _room;
    private readonly io_uring_sqe* _entries;
    private readonly io_uring_cqe* _completions;
    private readonly uint* _submitTail;
    private readonly uint* _completeHead;
    private readonly uint* _completeTail;
    private readonly uint _completeMask;
    private readonly int[] _results;
    private uint _tail;
    private bool _closed;

    private SendRing(int descriptor, in io_uring_params made, byte* rings, nuint ringLength, io_uring_sqe* entries, byte* room, int roomLength)
    {
        _descriptor = descriptor;
        _room = room;
        RoomLength = roomLength;
        _rings = rings;
        _ringLength = ringLength;
        _entries = entries;
        _submitTail = (uint*)(rings + made.Submission.Tail);
        _completeHead = (uint*)(rings + made.Completion.Head);
        _completeTail = (uint*)(rings + made.Completion.Tail);
        _completeMask = *(uint*)(rings + made.Completion.RingMask);
        _completions = (io_uring_cqe*)(rings + made.Completion.Completions);
        Capacity = (int)made.SubmissionEntries;
        _results = new int[Capacity];
        // Slot n of the index array always names entry n.
        var array = (uint*)(rings + made.Submission.Array);
        for (uint i = 0; i < made.SubmissionEntries; i++) array[i] = i;
    }

    /// <summary>Sends that fit into one <see cref="Submit"/>.</summary>
    public int Capacity { get; }

    /// <summary>Bytes of all sends of one <see cref="Submit"/> together.</summary>
    public int RoomLength { get; }

    /// <param name="capacity">A power of two.</param>
    /// <param name="roomLength">Bytes; pages that were never used cost nothing.</param>
    /// <returns>Null where the kernel has no such thing, or does not let this process have it.</returns>
    public static SendRing? Create(int capacity, int roomLength)
    {
        var wanted = default(io_uring_params);
        var setup = SysResult.From(SystemCall(SetupCall, capacity, (nint)(&wanted), 0, 0, 0, 0));
        if (setup.IsError) return null;
        var length = Math.Max(wanted.Submission.Array + wanted.SubmissionEntries * sizeof(uint),
            wanted.Completion.Completions + wanted.CompletionEntries * (uint)sizeof(io_uring_cqe));
        var isWhole = (wanted.Features & IORING_FEAT_SINGLE_MMAP) != 0;
        var rings = isWhole ? MapPages(null, length, PROT_READ_WRITE, MAP_SHARED | MAP_POPULATE, setup.Value, IORING_OFF_SQ_RING) : (void*)-1;
        var entryLength = wanted.SubmissionEntries * (nuint)sizeof(io_uring_sqe);
        var entries = isWhole ? MapPages(null, entryLength, PROT_READ_WRITE, MAP_SHARED | MAP_POPULATE, setup.Value, IORING_OFF_SQES) : (void*)-1;
        var room = MapPages(null, (nuint)roomLength, PROT_READ_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (rings != (void*)-1 && entries != (void*)-1 && room != (void*)-1)
        {
            var ring = new SendRing(setup.Value, in wanted, (byte*)rings, length, (io_uring_sqe*)entries, (byte*)room, roomLength);
            // A kernel that does not know sends answers EINVAL instead of saying that this is no socket.
            ring.Prepare(0, -1, 0, 0);
            if (ring.Submit(1) && ring.Result(0).Is(Errno.EBADF)) return ring;
            ring.Dispose();
            return null;
        }

        if (rings != (void*)-1) _ = Unmap(rings, length);
        if (entries != (void*)-1) _ = Unmap(entries, entryLength);
        if (room != (void*)-1) _ = Unmap(room, (nuint)roomLength);
        _ = Close(setup.Value);
        return null;
    }

    /// <summary>Where bytes to be sent are put before they are prepared.</summary>
    public Span<byte> Room(int offset, int length) => new Span<byte>(_room, RoomLength).Slice(offset, length);

    /// <summary>Describes the send at <paramref name="index"/> of the next <see cref="Submit"/>; they are done in the order of their indexes.</summary>
    /// <param name="offset">Of its bytes in the room.</param>
    public void Prepare(int index, int descriptor, int offset, int length)
    {
        // Entries are used round and round: the tail says where the first of this round lies.
        ref var entry = ref _entries[(_tail + (uint)index) & (uint)(Capacity - 1)];
        entry = default;
        entry.Operation = IORING_OP_SEND;
        entry.Descriptor = descriptor;
        entry.Address = (ulong)(_room + offset);
        entry.Length = (uint)length;
        entry.MessageFlags = MSG_NOSIGNAL | MSG_DONTWAIT;
        entry.UserData = (ulong)index;
        _results[index] = NotDone;
    }

    /// <summary>Does the first <paramref name="count"/> prepared sends.</summary>
    /// <returns>False when the kernel did not do all of them: <see cref="IsDone"/> tells which, and the ring must not be used again.</returns>
    public bool Submit(int count)
    {
        _tail += (uint)count;
        Volatile.Write(ref *_submitTail, _tail);
        var (toSubmit, done) = (count, 0);
        while (done < count)
        {
            var entered = SysResult.From(SystemCall(EnterCall, _descriptor, toSubmit, count - done, (nint)IORING_ENTER_GETEVENTS, 0, 0));
            if (entered.IsError && !entered.Is(Errno.EINTR)) return false;
            if (entered.IsOk) toSubmit -= entered.Value;
            done += Reap();
        }

        return true;
    }

    /// <summary>The send at the index was done, with whatever result.</summary>
    public bool IsDone(int index) => _results[index] != NotDone;

    /// <summary>The send at the index was done, and took this many bytes.</summary>
    public bool WasWhole(int index, int length) => _results[index] == length;

    /// <summary>What send(2) would have returned.</summary>
    public SysResult Result(int index) => SysResult.FromKernel(_results[index]);

    public void Dispose()
    {
        if (_closed) return;
        _closed = true;
        _ = Unmap(_rings, _ringLength);
        _ = Unmap(_room, (nuint)RoomLength);
        _ = Unmap(_entries, (nuint)Capacity * (nuint)sizeof(io_uring_sqe));
        _ = Close(_descriptor);
    }

    private int Reap()
    {
        var head = *_completeHead;
        var tail = Volatile.Read(ref *_completeTail);
        var count = (int)(tail - head);
        for (; head != tail; head++)
        {
            ref var completion = ref _completions[head & _completeMask];
            _results[(int)completion.UserData] = completion.Result;
        }

        Volatile.Write(ref *_completeHead, head);
        return count;
    }

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = false)]
    private static partial nint SystemCall(nint number, nint a, nint b, nint c, nint d, nint e, nint f);

    [LibraryImport("libc", EntryPoint = "mmap")]
    private static partial void* MapPages(void* address, nuint length, int protection, int flags, int descriptor, nint offset);

    [LibraryImport("libc", EntryPoint = "munmap")]
    private static partial int Unmap(void* address, nuint length);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
