using System.Collections.Immutable;
using Evenkeel.Model;
using Evenkeel.Model.Proxy;

namespace Evenkeel.Config.Haproxy.Sections;

/// <summary>An `http-errors` section: error pages that several proxies share by `errorfiles`.</summary>
internal sealed class HttpErrorsSection(ParseContext context, string name, SourcePosition position) : ISection
{
    private ImmutableDictionary<int, ImmutableArray<byte>> _responses = ImmutableDictionary<int, ImmutableArray<byte>>.Empty;

    public string PseudoName => name;

    public void Read(Statement statement)
    {
        if (statement.Keyword != "errorfile") context.Alert($"unknown keyword '{statement.Keyword}' in 'http-errors' section");
        else if (ProxyErrors.TryRead(context, statement) is var (status, bytes)) _responses = _responses.SetItem(status, bytes);
    }

    public void Close() => context.Draft.HttpErrors.Add(new HttpErrorsModel(name, _responses, position));
}
