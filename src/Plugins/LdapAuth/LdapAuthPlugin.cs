using Gateway.PluginSdk;

namespace Gateway.Plugins.LdapAuth;

/// <summary>Lets in those whom an LDAP directory knows.</summary>
[Plugin("ldap-auth", Priority = 1200, Forbids = PluginScopes.Consumer)]
public sealed class LdapAuthPlugin : IDeclaredOnly<LdapAuthConfig>;
