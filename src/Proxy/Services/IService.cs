using Evenkeel.Proxy.Streams;

namespace Evenkeel.Proxy.Services;

/// <summary>
/// A built-in responder: stats page, demo server. It takes the place of a server for one request: request head -> <b>IService</b> -> reply.
/// </summary>
/// <remarks>Runs on the stream's worker and must not block; it may allocate. <see cref="Stream.Request"/> is there while it runs.</remarks>
public interface IService
{
    /// <summary>Request bodies up to this many bytes are collected before <see cref="Serve"/> is called (an HTML form); 0 for none.</summary>
    int MaxRequestBody => 0;

    void Serve(Stream stream, ServiceReply reply);
}
