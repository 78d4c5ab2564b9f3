using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Evenkeel.Lab.Probe.Datagrams;

/// <summary>
/// The client of the outage table: one question a millisecond, and which of them were answered by whom. Prints `ready` with the first answer and, at the end,
/// lines that <see cref="DatagramReport"/> reads.
/// </summary>
/// <remarks>An outage is a run of questions without an answer; it lasts from the last answered question before it to the first one after it, less the distance
/// of two questions. So 0 means that none was lost, and a hiccup of the client itself does not count. Moments are of the machine's monotonic
/// clock.</remarks>
internal sealed class DatagramProbe(IPAddress target, double seconds) : IDisposable
{
    private const int LateMs = 500;

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly long[] _asked = new long[(int)(seconds * 1_100) + 100];
    private readonly byte[] _answeredBy = new byte[(int)(seconds * 1_100) + 100];
    private int _count;

    public static int Run(string address, double seconds)
    {
        using var probe = new DatagramProbe(IPAddress.Parse(address), seconds);
        probe.Ask();
        return 0;
    }

    public void Dispose() => _socket.Dispose();

    private void Ask()
    {
        _socket.Connect(target, DatagramServer.Port);
        _socket.ReceiveTimeout = 100;
        long end = Stopwatch.GetTimestamp() + (long)(seconds * Stopwatch.Frequency);
        var listener = new Thread(() => Listen(end + (LateMs * Stopwatch.Frequency / 1000)));
        listener.Start();
        var datagram = new byte[DatagramServer.Length];
        while (Stopwatch.GetTimestamp() < end && _count < _asked.Length)
        {
            _asked[_count] = Stopwatch.GetTimestamp();
            BinaryPrimitives.WriteInt32LittleEndian(datagram, _count++);
            try
            {
                _socket.Send(datagram);
            }
            catch (SocketException)
            {
                // No route or no neighbour for the moment: an unanswered question.
            }
            Thread.Sleep(1);
        }
        listener.Join();
        Report(end);
    }

    private void Listen(long until)
    {
        var datagram = new byte[DatagramServer.Length];
        bool said = false;
        while (Stopwatch.GetTimestamp() < until)
        {
            try
            {
                if (_socket.Receive(datagram) != DatagramServer.Length) continue;
            }
            catch (SocketException)
            {
                continue;
            }
            int number = BinaryPrimitives.ReadInt32LittleEndian(datagram);
            if (number < 0 || number >= _asked.Length || _answeredBy[number] != 0) continue;
            if (Stopwatch.GetElapsedTime(_asked[number]).TotalMilliseconds > LateMs) continue;
            _answeredBy[number] = datagram[DatagramServer.LetterAt];
            if (said) continue;
            said = true;
            Console.WriteLine("ready");
        }
    }

    private void Report(long end)
    {
        int last = -1;
        for (int i = 0; i < _count; i++)
        {
            if (_answeredBy[i] == 0) continue;
            if (last >= 0 && i - last > 1) Say($"gap {_asked[last]} {Math.Max(0, Milliseconds(_asked[i] - _asked[last]) - 1):F2}");
            if (last >= 0 && _answeredBy[i] != _answeredBy[last]) Say($"switch {_asked[i]} {(char)_answeredBy[i]}");
            last = i;
        }
        Say($"tail {(last < 0 ? seconds * 1000 : Milliseconds(end - _asked[last])):F2}");
        Say($"asked {_count} answered {_answeredBy.Count(letter => letter != 0)}");
    }

    private static double Milliseconds(long ticks) => ticks * 1000.0 / Stopwatch.Frequency;

    private static void Say(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
