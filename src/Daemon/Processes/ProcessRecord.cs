using System.Buffers.Binary;
using System.Text;

namespace Evenkeel.Daemon.Processes;

/// <summary>What the processes of one tree tell each other. Numbers stand on the wire: only ever add.</summary>
public enum RecordType : byte
{
    /// <summary>Worker: start-up is done (configuration read, listeners bound).</summary>
    Started = 1,

    /// <summary>Worker: cannot run. Payload: exit status (1 byte), text.</summary>
    Failed = 2,

    /// <summary>Worker, every 100 ms while it answers. Payload: 1 when fit to serve else 0, text that says why not.</summary>
    Heartbeat = 3,

    /// <summary>Supervisor to the address plane: the proxy's readiness. Payload: 1 or 0, text.</summary>
    Readiness = 4,

    /// <summary>Supervisor: end. Payload: 1 to finish work first, 2 to leave idle connections until their next request too, for another one serves, 0 at
    /// once.</summary>
    Stop = 5,

    /// <summary>Supervisor: read the configuration again. To a reader it comes first, with the record of the last configuration if there is one, and once
    /// more when its proposal was not enough.</summary>
    Reload = 6,

    /// <summary>Worker: the reload's outcome. Payload: 1 done, 0 refused, 2 when it takes a new process, 3 when a reader has to judge it; text.</summary>
    Reloaded = 7,

    /// <summary>Supervisor: tell your state. Payload: 0 as text, 1 as JSON, 2 the flight recorder, 3 what another configuration would change; text: the
    /// request's number, and for 3 a blank and the file.</summary>
    StatusRequest = 8,

    /// <summary>Worker: the state. Payload: 1 when more parts of it follow else 0, text: the request's number, a blank, the state.</summary>
    StatusReply = 9,

    /// <summary>Listening sockets as descriptors, in both directions: those a new worker may take over, those a worker has opened. Payload: 1 when more
    /// records of them follow, else 0.</summary>
    Listeners = 10,

    /// <summary>Worker: what it said while it started. Payload: 0, text.</summary>
    StartupLog = 11,

    /// <summary>Master: a stream of which the other end talks to an operator, as descriptor. Payload: a <see cref="CommandSeat"/>.</summary>
    CommandConnection = 12,

    /// <summary>What was read of the configuration, as a memory file's descriptor: reader to whoever started it, from there to the worker that is to
    /// put it in force. Records of its sockets come before it. From a worker that starts: what it starts with.</summary>
    Configuration = 20,

    /// <summary>Supervisor to the proxy: clients are to look for another node. Payload: 1, or 0 to take it back.</summary>
    Drain = 21,

    /// <summary>As <see cref="Configuration"/>, but not judged: what the files of the last configuration say now. The worker puts it in force when nothing
    /// about it takes rights or words.</summary>
    Proposal = 22,

    /// <summary>To the proxy that serves: a new configuration was refused without it. Payload: 0, text that says why.</summary>
    ReloadRefused = 23,

    /// <summary>Supervisor to the address plane: end if nobody notices, for a process of another program is to take your place.</summary>
    MakePlace = 24,

    /// <summary>Address plane: it stays, for its end would be noticed. Payload: 0, text that says why.</summary>
    Stays = 25,

    /// <summary>Supervisor to the address plane: write what this signal asks for. Payload: the signal's number.</summary>
    Dump = 14,
}

/// <summary>One record: a type, a small number and a text. Every record of the protocol has this one shape, so that there is one codec to get right.</summary>
public readonly record struct ProcessRecord(RecordType Type, byte Value = 0, string Text = "")
{
    public const byte ProtocolVersion = 1;

    /// <summary>Most bytes of a record. The kernel's default room in a socketpair is 208 KiB: three unread ones fit.</summary>
    public const int MostBytes = 65_536;

    // version (1), type (1), value (1), reserved (1), text length (4, little endian), text (UTF-8)
    private const int HeaderLength = 8;

    /// <summary>Writes the record; a text that does not fit is cut at a character.</summary>
    /// <returns>The bytes used of <paramref name="room"/>, which holds <see cref="MostBytes"/>.</returns>
    public int Write(Span<byte> room)
    {
        Encoding.UTF8.GetEncoder().Convert(Text, room[HeaderLength..], flush: true, out _, out var length, out _);
        room[0] = ProtocolVersion;
        room[1] = (byte)Type;
        room[2] = Value;
        room[3] = 0;
        BinaryPrimitives.WriteInt32LittleEndian(room[4..], length);
        return HeaderLength + length;
    }

    /// <summary>Reads one record; false for anything this version did not write.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out ProcessRecord record)
    {
        record = default;
        if (bytes.Length < HeaderLength || bytes[0] != ProtocolVersion) return false;
        if (bytes[1] is < (byte)RecordType.Started or > (byte)RecordType.Stays) return false;
        if (BinaryPrimitives.ReadInt32LittleEndian(bytes[4..]) != bytes.Length - HeaderLength) return false;
        record = new ProcessRecord((RecordType)bytes[1], bytes[2], Encoding.UTF8.GetString(bytes[HeaderLength..]));
        return true;
    }
}
