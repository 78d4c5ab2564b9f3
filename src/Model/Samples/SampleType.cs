namespace Evenkeel.Model.Samples;

/// <summary>Types a value taken from traffic may have (configuration.txt 7.1).</summary>
public enum SampleType { Any, Boolean, Integer, Address, IPv4, IPv6, String, Binary, Method }
