using System.Text;
using Evenkeel.Model.Rules;
using Evenkeel.Model.Samples;
using Evenkeel.Proxy.Samples.Formats;

namespace Evenkeel.Proxy.Samples;

/// <summary>A log-format ready to run: writes its line into the caller's span and allocates nothing. Shared by all workers.</summary>
public sealed class BoundLogFormat
{
    private const LogFormatOptions Encodings = LogFormatOptions.Json | LogFormatOptions.Cbor;

    private readonly Item[] _items;
    private readonly LogFormatUse _use;
    private readonly LogFormatOptions _options;

    private BoundLogFormat(Item[] items, LogFormatModel model)
    {
        _items = items;
        _use = model.Use;
        _options = model.Options;
        Literal = model.Literal is { } literal ? Encoding.Latin1.GetBytes(literal) : null;
    }

    /// <summary>The bytes when there is no variable part, else null.</summary>
    public byte[]? Literal { get; }

    internal static BoundLogFormat Create(LogFormatModel model, Binder binder) => new([.. model.Parts.Select(part => Bind(part, binder))], model);

    /// <summary>Evaluates the format.</summary>
    /// <returns>Bytes written; what does not fit is left out.</returns>
    public int Write(SampleContext context, Span<byte> destination)
    {
        var writer = new LogWriter(destination, _use);
        if ((_options & Encodings) != 0) return WriteObject(context, destination);
        // A separator has nothing to separate at the beginning.
        var endsWithSeparator = true;
        var mark = context.Scratch.Mark;
        foreach (ref readonly var item in _items.AsSpan())
        {
            var before = writer.Length;
            if (item.Literal is { } literal)
            {
                // Blanks around an item that wrote nothing are one blank.
                if (!item.IsSeparator || !endsWithSeparator)
                {
                    if (literal.Length == 1) writer.Byte(literal[0]);
                    else writer.Literal(literal);
                }

                endsWithSeparator = writer.Length > before ? item.IsSeparator : endsWithSeparator;
                continue;
            }

            if ((item.Options & Encodings) != 0)
            {
                var value = new StructuredWriter(writer.Rest, item.Options & ~LogFormatOptions.Binary);
                StructuredItem.Write(item, context, ref value, _use);
                writer.Advance(value.Length);
            }
            else if (item.Alias is { } alias)
            {
                alias(context, ref writer, item.Options);
            }
            else
            {
                WriteExpression(item, context, ref writer, _use);
            }
            context.Scratch.Release(mark);
            if (writer.Length > before) endsWithSeparator = item.IsSeparator;
        }
        return writer.Length;
    }

    /// <summary>Evaluates the format into the scratch room, apart from what its own expressions need of it.</summary>
    /// <returns>Good until the scratch room is released; at most half of what was free.</returns>
    public ReadOnlySpan<byte> Evaluate(SampleContext context)
    {
        var mark = context.Scratch.Mark;
        var room = context.Scratch.Free[..(context.Scratch.Free.Length / 2)];
        context.Scratch.Keep(room.Length);
        var length = Write(context, room);
        context.Scratch.Release(mark);
        return context.Scratch.Keep(length);
    }

    /// <summary>`%{+json}o` or `%{+cbor}o`: one object of the named items; everything else is left out.</summary>
    private int WriteObject(SampleContext context, Span<byte> destination)
    {
        var text = new StructuredWriter(destination, _options);
        text.BeginObject();
        var first = true;
        foreach (ref readonly var item in _items.AsSpan())
        {
            if (item.Name is null) continue;
            if (!first) text.Next();
            first = false;
            text.Key(item.Name);
            var mark = context.Scratch.Mark;
            text.ShowsHexadecimal = (item.Options & LogFormatOptions.Hexadecimal) != 0 && (_options & LogFormatOptions.Json) != 0;
            StructuredItem.Write(item, context, ref text, _use);
            context.Scratch.Release(mark);
        }
        text.EndObject();
        return text.Length;
    }

    /// <remarks>In what becomes part of a head, `+Q` puts no quotes around expressions, only around aliases.</remarks>
    private static void WriteExpression(in Item item, SampleContext context, ref LogWriter writer, LogFormatUse use)
    {
        var sample = default(Sample);
        bool found;
        if (context.LacksRequest)
        {
            var stream = context.HideStream();
            found = item.Expression!.TryEvaluate(context, ref sample);
            context.ShowStream(stream);
        }
        else
        {
            found = item.Expression!.TryEvaluate(context, ref sample);
        }
        if (found && sample.Type == SampleType.Binary && (item.Options & LogFormatOptions.Binary) != 0)
        {
            writer.Literal(sample.Bytes);
            return;
        }
        found = found && SampleCast.TryCast(ref sample, SampleType.String, context.Scratch);
        writer.Value(found ? sample.Bytes : default, use == LogFormatUse.Http ? item.Options & ~LogFormatOptions.Quote : item.Options);
    }

    private static Item Bind(LogFormatPart part, Binder binder)
    {
        var name = string.IsNullOrEmpty(part.ItemName) ? null : Encoding.UTF8.GetBytes(part.ItemName);
        return part.Kind switch
        {
            LogFormatPartKind.Alias => new Item(null, LogAliasTable.Find(part.Text), null, part.Options, false)
            {
                AliasName = part.Text,
                Name = name,
                Type = part.ItemType,
            },
            LogFormatPartKind.Expression => new Item(null, null, binder.Bind(part.Expression!), part.Options, false) { Name = name, Type = part.ItemType },
            _ => new Item(Encoding.Latin1.GetBytes(part.Text), null, null, part.Options, part.Kind == LogFormatPartKind.Separator),
        };
    }

    internal readonly record struct Item(byte[]? Literal, LogAliasFunction? Alias, BoundExpression? Expression, LogFormatOptions Options, bool IsSeparator)
    {
        public string AliasName { get; init; } = "";

        /// <summary>Key under which a structured encoding shows it.</summary>
        public byte[]? Name { get; init; }

        /// <summary>The type a structured encoding gives it; Any keeps its own.</summary>
        public SampleType Type { get; init; } = SampleType.Any;
    }
}
