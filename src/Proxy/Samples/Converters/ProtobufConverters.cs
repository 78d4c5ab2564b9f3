using System.Buffers.Binary;
using System.Collections.Immutable;
using Evenkeel.Model.Samples;

namespace Evenkeel.Proxy.Samples.Converters;

/// <summary>Fields of Protocol Buffers and gRPC messages (configuration.txt 7.3.1 "protobuf", "ungrpc").</summary>
internal static class ProtobufConverters
{
    private const int GrpcHeaderLength = 5;
    private const int MaxVarintLength = 10;

    private enum Wire { Varint = 0, Fixed64 = 1, Bytes = 2, Fixed32 = 5 }

    private enum FieldType { Raw, Varint, ZigZag, Fixed32, SignedFixed32, Float, Fixed64, Double }

    public static readonly ConverterRow[] Rows =
    [
        Row("protobuf", (context, arguments, ref sample) => TryFind((Field)arguments.State!, sample.Bytes, ref sample)),
        Row("ungrpc", FromGrpc),
    ];

    /// <param name="Path">Field numbers from the outermost message on.</param>
    private sealed record Field(ulong[] Path, FieldType Type);

    private static ConverterRow Row(string name, SampleFunction function) =>
        new(new ConverterSignature(name, SampleType.Binary, SampleType.Binary, [new(ArgumentKind.ProtobufField), Takes.Text.Optional()])
        {
            Check = arguments => arguments.Length < 2 || arguments[1].IsEmpty || TypeOf(arguments[1].Text) is not null ? null
                : $"Wrong protocol buffer type '{arguments[1].Text}'",
        }, function)
        {
            Prepare = (arguments, _) => new Field(PathOf(arguments[0].Text),
                arguments.Length > 1 && !arguments[1].IsEmpty ? TypeOf(arguments[1].Text)!.Value : FieldType.Raw),
        };

    private static FieldType? TypeOf(string name) => name switch
    {
        "int32" or "int64" or "uint32" or "uint64" or "bool" or "enum" => FieldType.Varint,
        "sint32" or "sint64" => FieldType.ZigZag,
        "fixed64" or "sfixed64" => FieldType.Fixed64,
        "double" => FieldType.Double,
        "fixed32" => FieldType.Fixed32,
        "sfixed32" => FieldType.SignedFixed32,
        "float" => FieldType.Float,
        _ => null,
    };

    private static ulong[] PathOf(string text) => [.. text.Split('.').Select(part => ulong.TryParse(part, null, out var number) ? number : 0)];

    /// <summary>The field is looked for in each of the messages behind their five-byte headers.</summary>
    private static bool FromGrpc(SampleContext context, BoundArguments arguments, ref Sample sample)
    {
        var rest = sample.Bytes;
        while (rest.Length > GrpcHeaderLength)
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(rest[1..]);
            rest = rest[GrpcHeaderLength..];
            if (length > rest.Length) return false;
            if (TryFind((Field)arguments.State!, rest[..(int)length], ref sample)) return true;
            rest = rest[(int)length..];
        }
        return false;
    }

    private static bool TryFind(Field field, ReadOnlySpan<byte> message, ref Sample sample)
    {
        var depth = 0;
        while (!message.IsEmpty)
        {
            if (!TryVarint(ref message, out var key)) return false;
            var wire = (Wire)(key & 7);
            if (!TryValue(ref message, wire, out var value)) return false;
            if (key >> 3 != field.Path[depth]) continue;
            if (depth == field.Path.Length - 1) return TryRead(field.Type, wire, value, ref sample);
            if (wire != Wire.Bytes) return false;
            depth++;
            message = value;
        }
        return false;
    }

    private static bool TryValue(scoped ref ReadOnlySpan<byte> message, Wire wire, out ReadOnlySpan<byte> value)
    {
        value = default;
        ulong length;
        switch (wire)
        {
            case Wire.Varint:
                var rest = message;
                // A message that ends where the number should be has the number 0, as in the original.
                if (!rest.IsEmpty && !TryVarint(ref rest, out _)) return false;
                length = (ulong)(message.Length - rest.Length);
                break;
            case Wire.Fixed64:
                length = 8;
                break;
            case Wire.Fixed32:
                length = 4;
                break;
            case Wire.Bytes when TryVarint(ref message, out length):
                break;
            default:
                return false;
        }
        if (length > (ulong)message.Length) return false;
        value = message[..(int)length];
        message = message[(int)length..];
        return true;
    }

    private static bool TryVarint(scoped ref ReadOnlySpan<byte> message, out ulong value)
    {
        value = 0;
        for (var i = 0; i < Math.Min(message.Length, MaxVarintLength); i++)
        {
            value |= (ulong)(message[i] & 0x7F) << (7 * i);
            if ((message[i] & 0x80) != 0) continue;
            message = message[(i + 1)..];
            return true;
        }
        return false;
    }

    private static bool TryRead(FieldType type, Wire wire, ReadOnlySpan<byte> value, ref Sample sample)
    {
        if (type == FieldType.Raw)
        {
            sample.SetBinary(value);
            return true;
        }
        var fits = type switch
        {
            FieldType.Varint or FieldType.ZigZag => wire == Wire.Varint,
            FieldType.Fixed64 or FieldType.Double => wire == Wire.Fixed64,
            _ => wire == Wire.Fixed32,
        };
        if (!fits) return false;
        ulong number = 0;
        if (type is FieldType.Varint or FieldType.ZigZag && !value.IsEmpty && !TryVarint(ref value, out number)) return false;
        sample.SetInteger(type switch
        {
            FieldType.Varint => (long)number,
            FieldType.ZigZag => (long)(number >> 1) ^ -(long)(number & 1),
            FieldType.Fixed32 => BinaryPrimitives.ReadUInt32LittleEndian(value),
            FieldType.SignedFixed32 => BinaryPrimitives.ReadInt32LittleEndian(value),
            FieldType.Float => (long)BinaryPrimitives.ReadSingleLittleEndian(value),
            FieldType.Fixed64 => BinaryPrimitives.ReadInt64LittleEndian(value),
            _ => (long)BinaryPrimitives.ReadDoubleLittleEndian(value),
        });
        return true;
    }
}
