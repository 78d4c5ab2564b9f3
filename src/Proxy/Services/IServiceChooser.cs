using Evenkeel.Proxy.Streams;

namespace Evenkeel.Proxy.Services;

/// <summary>Asked after a proxy's http-request rules: does a built-in responder answer this request (`stats uri`)? Runs per request: no allocation.</summary>
public interface IServiceChooser
{
    IService? Choose(Stream stream);
}
