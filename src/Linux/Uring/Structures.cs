using System.Runtime.InteropServices;

namespace Evenkeel.Linux.Uring;

#pragma warning disable CS8981 // the kernel's names
/// <summary>One operation, 64 bytes (linux/io_uring.h); only what a send needs has a name.</summary>
[StructLayout(LayoutKind.Explicit, Size = 64)]
internal struct io_uring_sqe
{
    [FieldOffset(0)] public byte Operation;
    [FieldOffset(4)] public int Descriptor;
    [FieldOffset(16)] public ulong Address;
    [FieldOffset(24)] public uint Length;
    [FieldOffset(28)] public uint MessageFlags;
    [FieldOffset(32)] public ulong UserData;
}

[StructLayout(LayoutKind.Sequential)]
internal struct io_uring_cqe
{
    public ulong UserData;

    /// <summary>What the system call would have returned: a count, or an errno negated.</summary>
    public int Result;
    public uint Flags;
}

/// <summary>Offsets of the submission ring's parts in its memory.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct io_sqring_offsets
{
    public uint Head;
    public uint Tail;
    public uint RingMask;
    public uint RingEntries;
    public uint Flags;
    public uint Dropped;
    public uint Array;
    public uint Reserved;
    public ulong UserAddress;
}

[StructLayout(LayoutKind.Sequential)]
internal struct io_cqring_offsets
{
    public uint Head;
    public uint Tail;
    public uint RingMask;
    public uint RingEntries;
    public uint Overflow;
    public uint Completions;
    public uint Flags;
    public uint Reserved;
    public ulong UserAddress;
}

/// <summary>What io_uring_setup(2) is asked and answers, 120 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct io_uring_params
{
    public uint SubmissionEntries;
    public uint CompletionEntries;
    public uint Flags;
    public uint PollThreadProcessor;
    public uint PollThreadIdle;
    public uint Features;
    public uint WorkQueueDescriptor;
    public uint Reserved0;
    public uint Reserved1;
    public uint Reserved2;
    public io_sqring_offsets Submission;
    public io_cqring_offsets Completion;
}
#pragma warning restore CS8981
