using System.Buffers.Binary;
using System.Text;
using Evenkeel.Model.Proxy;
using Evenkeel.Proxy.Message;

namespace Evenkeel.Proxy.Servers.Balance;

/// <summary>What of a stream decides its server: one small class per `balance` word that hashes.</summary>
internal abstract class BalanceKey
{
    private readonly HashFunction _function;
    private readonly bool _avalanche;

    protected BalanceKey(HashTypeModel type)
    {
        _function = type.Function;
        _avalanche = type.Avalanche;
    }

    /// <summary>The hash of this stream's key; false when it has none, and then servers take turns.</summary>
    public abstract bool TryHash(IBalanceInput input, out uint hash);

    public static BalanceKey Create(Backend backend) => backend.Model.Balance.Algorithm switch
    {
        BalanceAlgorithm.Source => new SourceKey(backend.Model.HashType),
        BalanceAlgorithm.Uri => new UriKey(backend.Model.Balance, backend.Model.HashType),
        BalanceAlgorithm.UrlParameter => new UrlParameterKey(backend.Model.Balance, backend.Model.HashType),
        BalanceAlgorithm.RdpCookie => new RdpCookieKey(backend.Model.Balance, backend.Model.HashType),
        BalanceAlgorithm.Header => new HeaderKey(backend.Model.Balance, backend.Model.HashType),
        _ => new ExpressionKey(backend),
    };

    protected uint Hash(ReadOnlySpan<byte> key) => Finish(_function switch
    {
        HashFunction.Djb2 => KeyHashes.Djb2(key),
        HashFunction.Wt6 => KeyHashes.Wt6(key),
        HashFunction.Crc32 => KeyHashes.Crc32(key),
        HashFunction.None => KeyHashes.None(key),
        _ => KeyHashes.Sdbm(key),
    });

    protected uint Finish(uint hash) => _avalanche ? KeyHashes.Avalanche(hash) : hash;
}

/// <summary>`balance source`: the words of the client address in network order, XORed; the hash function does not apply, avalanche does.</summary>
internal sealed class SourceKey(HashTypeModel type) : BalanceKey(type)
{
    public override bool TryHash(IBalanceInput input, out uint hash)
    {
        hash = 0;
        var address = input.SourceAddress;
        if (address.IsEmpty) return false;
        for (var at = 0; at + 4 <= address.Length; at += 4) hash ^= BinaryPrimitives.ReadUInt32BigEndian(address[at..]);
        hash = Finish(hash);
        return true;
    }
}

/// <summary>`balance uri [whole] [path-only] [len N] [depth N]`.</summary>
internal sealed class UriKey(BalanceModel balance, HashTypeModel type) : BalanceKey(type)
{
    public override bool TryHash(IBalanceInput input, out uint hash)
    {
        hash = Hash(KeyOf(input.RequestTarget));
        return true;
    }

    private ReadOnlySpan<byte> KeyOf(ReadOnlySpan<byte> target)
    {
        if (balance.UriPathOnly) target = PathOf(target);
        var length = target.Length;
        if (balance.UriLength > 0 && length > balance.UriLength) length = balance.UriLength;
        var slashes = 0;
        for (var at = 0; at < length; at++)
        {
            if (target[at] == '?' && !balance.UriWhole) return target[..at];
            // The slash after the last directory that counts does not belong to the key.
            if (target[at] == '/' && balance.UriDepth > 0 && slashes++ == balance.UriDepth) return target[..at];
        }

        return target[..length];
    }

    /// <summary>What follows scheme and authority of an absolute URI; any other target is a path already.</summary>
    private static ReadOnlySpan<byte> PathOf(ReadOnlySpan<byte> target)
    {
        if (target.IsEmpty || target[0] == '/') return target;
        var scheme = target.IndexOf("://"u8);
        if (scheme < 0) return target;
        var path = target[(scheme + 3)..].IndexOf((byte)'/');
        return path < 0 ? [] : target[(scheme + 3 + path)..];
    }
}

/// <summary>`balance url_param NAME [check_post]`: the value in the query string, or in the body of a POST that has arrived so far.</summary>
internal sealed class UrlParameterKey(BalanceModel balance, HashTypeModel type) : BalanceKey(type)
{
    private readonly byte[] _name = Encoding.UTF8.GetBytes(balance.Argument ?? "");

    public override bool TryHash(IBalanceInput input, out uint hash)
    {
        var target = input.RequestTarget;
        var query = target.IndexOf((byte)'?');
        if (TryFind(query < 0 ? [] : target[(query + 1)..], out var value) || (balance.ChecksPost && input.IsPost && TryFind(input.RequestBody, out value)))
        {
            hash = Hash(value);
            return true;
        }

        hash = 0;
        return false;
    }

    private bool TryFind(ReadOnlySpan<byte> parameters, out ReadOnlySpan<byte> value)
    {
        while (!parameters.IsEmpty)
        {
            var end = parameters.IndexOf((byte)'&');
            var parameter = end < 0 ? parameters : parameters[..end];
            if (parameter.Length > _name.Length + 1 && parameter[_name.Length] == '=' && parameter.StartsWith(_name))
            {
                value = parameter[(_name.Length + 1)..];
                return true;
            }

            parameters = end < 0 ? [] : parameters[(end + 1)..];
        }

        value = default;
        return false;
    }
}

/// <summary>`balance rdp-cookie[(NAME)]`: of the first packet of a remote desktop connection, which rules must have waited for.</summary>
internal sealed class RdpCookieKey(BalanceModel balance, HashTypeModel type) : BalanceKey(type)
{
    private readonly byte[] _name = Encoding.ASCII.GetBytes(balance.Argument ?? "");

    public override bool TryHash(IBalanceInput input, out uint hash)
    {
        hash = 0;
        if (!RdpCookie.TryFind(input.RequestBody, _name, out var value, out _)) return false;
        hash = Hash(value);
        return true;
    }
}

/// <summary>`balance hdr(NAME) [use_domain_only]`.</summary>
internal sealed class HeaderKey(BalanceModel balance, HashTypeModel type) : BalanceKey(type)
{
    private readonly byte[] _name = Encoding.ASCII.GetBytes((balance.Argument ?? "").ToLowerInvariant());

    public override bool TryHash(IBalanceInput input, out uint hash)
    {
        hash = 0;
        if (!input.TryGetHeader(_name, out var value) || value.IsEmpty) return false;
        hash = Hash(balance.UseDomainOnly ? DomainOf(value) : value);
        return true;
    }

    /// <summary>"example" of "www.example.com:80": the label before the last dot, the port left out; all of it when there is no dot.</summary>
    private static ReadOnlySpan<byte> DomainOf(ReadOnlySpan<byte> host)
    {
        var port = host.IndexOf((byte)':');
        if (port >= 0) host = host[..port];
        var lastDot = host.LastIndexOf((byte)'.');
        if (lastDot < 0) return host;
        var label = host[..lastDot];
        return label[(label.LastIndexOf((byte)'.') + 1)..];
    }
}

/// <summary>`balance hash EXPRESSION`.</summary>
internal sealed class ExpressionKey(Backend backend) : BalanceKey(backend.Model.HashType)
{
    /// <summary>Longest key that is hashed, bytes; expressions seldom give more than a header's value.</summary>
    private const int MaxLength = 4096;

    public override bool TryHash(IBalanceInput input, out uint hash)
    {
        Span<byte> key = stackalloc byte[MaxLength];
        var length = input.EvaluateBalanceKey(backend, key);
        hash = length < 0 ? 0 : Hash(key[..length]);
        return length >= 0;
    }
}
