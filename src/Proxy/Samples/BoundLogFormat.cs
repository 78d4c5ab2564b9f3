using System.Text;
using Evenkeel.Model.Rules;
using Evenkeel.Model.Samples;
using Evenkeel.Proxy.Samples.Formats;

namespace Evenkeel.Proxy.Samples;

/// <summary>A log-format ready to run: writes its line into the caller's span and allocates nothing. Shared by all workers.</summary>
public sealed class BoundLogFormat
{
    private readonly Item[] _items;
    private readonly LogFormatUse _use;

    private BoundLogFormat(Item[] items, LogFormatModel model)
    {
        _items = items;
        _use = model.Use;
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
        var endsWithSeparator = false;
        foreach (ref readonly var item in _items.AsSpan())
        {
            var mark = context.Scratch.Mark;
            var before = writer.Length;
            if (item.Literal is { } literal)
            {
                // Blanks around an item that wrote nothing are one blank.
                if (!item.IsSeparator || !endsWithSeparator) writer.Literal(literal);
            }
            else if (item.Alias is { } alias)
            {
                alias(context, ref writer, item.Options);
            }
            else
            {
                WriteExpression(item, context, ref writer);
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

    private static void WriteExpression(in Item item, SampleContext context, ref LogWriter writer)
    {
        var sample = default(Sample);
        var found = item.Expression!.TryEvaluate(context, ref sample);
        if (found && sample.Type == SampleType.Binary && (item.Options & LogFormatOptions.Binary) != 0)
        {
            writer.Literal(sample.Bytes);
            return;
        }
        found = found && SampleCast.TryCast(ref sample, SampleType.String, context.Scratch);
        writer.Text(found ? sample.Bytes : default, item.Options);
    }

    private static Item Bind(LogFormatPart part, Binder binder) => part.Kind switch
    {
        LogFormatPartKind.Alias => new Item(null, LogAliasTable.Find(part.Text), null, part.Options, false),
        LogFormatPartKind.Expression => new Item(null, null, binder.Bind(part.Expression!), part.Options, false),
        _ => new Item(Encoding.Latin1.GetBytes(part.Text), null, null, part.Options, part.Kind == LogFormatPartKind.Separator),
    };

    private readonly record struct Item(byte[]? Literal, LogAliasFunction? Alias, BoundExpression? Expression, LogFormatOptions Options, bool IsSeparator);
}
