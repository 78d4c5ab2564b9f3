using System.Net;
using Evenkeel.Proxy.Servers.Resolvers;

namespace Evenkeel.Tests.Unit.Proxy.Servers.Resolvers;

/// <summary>Questions and answers of nameservers, byte by byte (RFC 1035, RFC 2782).</summary>
public sealed class DnsAnswerTests
{
    private const ushort Id = 0x1234;
    private readonly List<DnsRecord> _records = [];

    private static DnsQuestion Asking(string name, DnsType type = DnsType.A) => new(Id, name, type);

    [Fact]
    public void A_question_is_written_with_its_name_and_the_size_of_answers_it_takes()
    {
        var bytes = new byte[DnsQuestion.MaxLength];
        var length = Asking("a.bc").Write(bytes, 4_096);
        var expected = "12340100000100000000000101" + "61" + "026263" + "00" + "00010001" + "00002910000000000000" + "00";
        Assert.Equal(expected, Convert.ToHexString(bytes.AsSpan(0, length)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a..b")]
    [InlineData("é.test")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.test")]
    public void What_is_no_name_is_not_asked_for(string name) => Assert.Equal(0, Asking(name).Write(new byte[DnsQuestion.MaxLength], 512));

    [Fact]
    public void Addresses_behind_aliases_are_found_in_whatever_order_they_come()
    {
        var message = new Message("www.test", DnsType.A)
            .Record("edge.test", DnsType.A, [192, 0, 2, 1])
            .Record("cdn.test", DnsType.Cname, Message.Name("edge.test"))
            .Record("other.test", DnsType.A, [192, 0, 2, 9])
            .Record("www.test", DnsType.Cname, Message.Name("CDN.test"))
            .Record("edge.test", DnsType.A, [192, 0, 2, 2]);
        Assert.Equal(DnsStatus.Valid, DnsAnswer.Read(message.Bytes, Asking("www.test"), _records));
        Assert.Equal(["192.0.2.1", "192.0.2.2"], _records.Select(record => record.Address!.ToString()));
    }

    [Fact]
    public void A_service_has_a_host_a_port_and_a_weight()
    {
        var message = new Message("_h._tcp.test", DnsType.Srv).Record("_h._tcp.test", DnsType.Srv, [0, 1, 0, 20, 31, 144, .. Message.Name("A1.test")]);
        Assert.Equal(DnsStatus.Valid, DnsAnswer.Read(message.Bytes, Asking("_h._tcp.test", DnsType.Srv), _records));
        Assert.Equal(new DnsRecord(DnsType.Srv, null) { Target = "a1.test", Port = 8_080, Weight = 20 }, Assert.Single(_records));
    }

    [Theory]
    [InlineData(0, DnsStatus.NoData)]
    [InlineData(2, DnsStatus.Other)]
    [InlineData(3, DnsStatus.NoSuchName)]
    [InlineData(5, DnsStatus.Refused)]
    internal void Errors_are_told_apart(int code, DnsStatus expected) =>
        Assert.Equal(expected, DnsAnswer.Read(new Message("a.test", DnsType.A, (byte)code).Bytes, Asking("a.test"), _records));

    [Fact]
    public void An_answer_to_another_question_is_none()
    {
        var message = new Message("a.test", DnsType.A).Record("a.test", DnsType.A, [192, 0, 2, 1]).Bytes;
        Assert.Equal(DnsStatus.Invalid, DnsAnswer.Read(message, Asking("b.test"), _records));
        Assert.Equal(DnsStatus.Invalid, DnsAnswer.Read(message, Asking("a.test", DnsType.Aaaa), _records));
        Assert.Equal(DnsStatus.Invalid, DnsAnswer.Read(message, new DnsQuestion(1, "a.test", DnsType.A), _records));
        Assert.Equal(DnsStatus.Valid, DnsAnswer.Read(message, Asking("a.test"), _records));
    }

    [Fact]
    public void Aliases_and_pointers_that_lead_round_in_circles_end()
    {
        var circle = new Message("a.test", DnsType.A).Record("a.test", DnsType.Cname, Message.Name("b.test"))
            .Record("b.test", DnsType.Cname, Message.Name("a.test"));
        Assert.NotEqual(DnsStatus.Valid, DnsAnswer.Read(circle.Bytes, Asking("a.test"), _records));
        // The owner of the record is a pointer to itself.
        byte[] self = [.. new Message("a.test", DnsType.A).Bytes, 0xC0, 24, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, 192, 0, 2, 1];
        self[7] = 1;
        Assert.Equal(DnsStatus.Invalid, DnsAnswer.Read(self, Asking("a.test"), _records));
    }

    /// <summary>Whatever a nameserver sends: an answer is read or refused, and never more is kept than there may be.</summary>
    [Fact]
    public void Hostile_bytes_are_read_or_refused()
    {
        var good = new Message("www.test", DnsType.Srv)
            .Record("www.test", DnsType.Cname, [3, (byte)'c', (byte)'d', (byte)'n', 0xC0, 16])
            .Record("cdn.test", DnsType.Srv, [0, 1, 0, 20, 31, 144, .. Message.Name("a1.test")]).Bytes;
        var question = Asking("www.test", DnsType.Srv);
        Assert.Equal(DnsStatus.Valid, DnsAnswer.Read(good, question, _records));
        for (var length = 0; length < good.Length; length++) Assert.NotEqual(DnsStatus.Valid, DnsAnswer.Read(good.AsSpan(0, length), question, _records));
        var random = new Random(20_260_101);
        for (var round = 0; round < 200_000; round++)
        {
            var bytes = good.ToArray();
            for (var change = random.Next(1, 6); change > 0; change--) bytes[random.Next(2, bytes.Length)] = (byte)random.Next(256);
            DnsAnswer.Read(bytes.AsSpan(0, random.Next(bytes.Length + 1)), question, _records);
            Assert.True(_records.Count <= DnsAnswer.MaxRecords);
        }
    }

    /// <summary>A response under construction.</summary>
    private sealed class Message
    {
        private readonly List<byte> _bytes;

        public Message(string name, DnsType type, byte code = 0) =>
            _bytes = [Id >> 8, Id & 0xFF, 0x81, (byte)(0x80 | code), 0, 1, 0, 0, 0, 0, 0, 0, .. Name(name), 0, (byte)type, 0, 1];

        public byte[] Bytes => [.. _bytes];

        public static byte[] Name(string name) =>
            [.. name.Split('.').SelectMany(label => label.Select(c => (byte)c).Prepend((byte)label.Length)), 0];

        public Message Record(string owner, DnsType type, byte[] data)
        {
            _bytes[7]++;
            _bytes.AddRange([.. Name(owner), 0, (byte)type, 0, 1, 0, 0, 0, 60, 0, (byte)data.Length, .. data]);
            return this;
        }
    }
}
