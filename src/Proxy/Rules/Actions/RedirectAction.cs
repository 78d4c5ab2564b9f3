using Evenkeel.Model.Rules;
using Evenkeel.Proxy.Message;
using Evenkeel.Proxy.Samples;
using Evenkeel.Proxy.Streams;

namespace Evenkeel.Proxy.Rules.Actions;

/// <summary>Sends the client elsewhere: `redirect location|prefix|scheme` (configuration.txt 4.2 "redirect").</summary>
internal sealed class RedirectAction(RedirectModel model, RuleBinder binder) : RuleAction
{
    private readonly BoundLogFormat _target = binder.Samples.Bind(model.Target);
    private readonly BoundLogFormat? _cookie = model.Cookie is { } cookie ? binder.Samples.Bind(cookie) : null;

    public override RuleVerdict Run(SampleContext context, Stream stream)
    {
        var location = context.Scratch.Free[..(context.Scratch.Free.Length / 3)];
        context.Scratch.Keep(location.Length);
        var length = Write(context, stream, location);
        if (length < 0) return FailRewrite(context, stream);
        if (length == 0 && model.IgnoreEmpty) return RuleVerdict.Continue;
        var reply = stream.Reply;
        reply.Start(model.Status);
        reply.Header("location"u8, location[..length]);
        if (model.Status is 302 or 303 or 307) reply.Header("cache-control"u8, "no-cache"u8);
        if (_cookie is null) return RuleVerdict.Reply;
        reply.Header("set-cookie"u8, _cookie.Evaluate(context));
        return RuleVerdict.Reply;
    }

    /// <returns>Bytes of the location; -1 when they do not fit.</returns>
    private int Write(SampleContext context, Stream stream, Span<byte> location)
    {
        var length = _target.Write(context, location);
        if (model.Kind == RedirectKind.Location)
        {
            if (length == 0 || !model.KeepQuery || !new RequestTarget(stream.Request.Target).HasQuery) return length;
            var mark = location[..length].Contains((byte)'?') ? "&"u8 : "?"u8;
            var query = new RequestTarget(stream.Request.Target).Query;
            return Put(mark, location, ref length) && Put(query, location, ref length) ? length : -1;
        }
        if (length == 0 && model.IgnoreEmpty) return 0;
        if (model.Kind == RedirectKind.Scheme)
        {
            var host = stream.Request.Find(KnownHeader.Host) is >= 0 and var index ? stream.Request.Value(index) : default;
            if (!Put("://"u8, location, ref length) || !Put(host, location, ref length)) return -1;
        }
        else if (length == 1 && location[0] == '/')
        {
            // A lone slash as prefix stands for none.
            length = 0;
        }
        var target = new RequestTarget(stream.Request.Target);
        // `*` and an authority have no path, and stand for the root.
        if (target.Path.IsEmpty) return Put("/"u8, location, ref length) ? length : -1;
        return PutPath(target, location, ref length) ? length : -1;
    }

    private bool PutPath(RequestTarget target, Span<byte> location, ref int length)
    {
        var path = model.DropQuery ? target.Path : target.PathAndQuery;
        var query = path[target.Path.Length..];
        path = target.Path;
        if (!Put(path, location, ref length) || !Put(query, location, ref length)) return false;
        // The slash goes to the end of what is there, be it a query.
        return !model.AppendSlash || (query.IsEmpty ? path : query).EndsWith("/"u8) || Put("/"u8, location, ref length);
    }

    private static bool Put(ReadOnlySpan<byte> bytes, Span<byte> destination, ref int length)
    {
        if (!bytes.TryCopyTo(destination[length..])) return false;
        length += bytes.Length;
        return true;
    }
}
