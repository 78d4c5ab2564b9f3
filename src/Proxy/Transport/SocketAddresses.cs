using Evenkeel.Linux.Sockets;
using Evenkeel.Model.Proxy;

namespace Evenkeel.Proxy.Transport;

/// <summary>Addresses of the configuration as the kernel takes them.</summary>
internal static class SocketAddresses
{
    /// <summary>False for what is no address to connect to: a descriptor, or a path that is too long.</summary>
    public static bool TryToKernel(this SocketAddressModel model, out KernelSocketAddress address)
    {
        address = default;
        switch (model.Family)
        {
            case SocketFamily.IPv4 or SocketFamily.IPv6 when model.Address is not null:
                address = KernelSocketAddress.FromIp(model.Address, model.Port);
                return true;
            case SocketFamily.Unix:
                return KernelSocketAddress.TryFromUnix(model.Path, out address);
            case SocketFamily.AbstractUnix:
                return KernelSocketAddress.TryFromAbstract(model.Path, out address);
            default:
                return false;
        }
    }
}
