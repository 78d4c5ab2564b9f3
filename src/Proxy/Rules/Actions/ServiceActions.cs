using Evenkeel.Model.Rules;
using Evenkeel.Proxy.Samples;
using Evenkeel.Proxy.Services;
using Evenkeel.Proxy.Streams;

namespace Evenkeel.Proxy.Rules.Actions;

/// <summary>`http-request use-service NAME`: a built-in responder takes the place of a server (configuration.txt 4.4).</summary>
internal static class ServiceActions
{
    public static readonly ActionRow[] Rows =
    [
        new(new ActionSignature("use-service", RuleSets.HttpRequest, [new ActionParameter("service", ParameterKind.Word)], [])
        {
            IsFinal = true,
            Usage = "'use-service' expects a service name.",
            Check = static model => ServiceRegistry.Names.Contains(model.Positional[0].Text) ? null : $"'{model.Positional[0].Text}' unknown service name.",
        }, static (model, binder) => new UseService(binder.Services, model.Positional[0].Text)),
    ];

    private sealed class UseService(ServiceRegistry services, string name) : RuleAction
    {
        private IService? _service;

        public override RuleVerdict Run(SampleContext context, Stream stream)
        {
            // Services are made after rules are bound.
            stream.Service = _service ??= services.Find(name);
            return RuleVerdict.Allow;
        }
    }
}
