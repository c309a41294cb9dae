"""`retold plugins`"""

import click


@click.command("plugins")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(as_json: bool) -> int:
    """List the plugins that are installed: readers of more kinds of files, and languages.

    One that can't be loaded is listed with its reason; everything else goes on without it. RETOLD_PLUGINS=off leaves
    all of them out. The exit status is 1 where one was set aside.

    \b
    Example:
      retold plugins
    """
    from retold.cli.library import print_list
    from retold.languages import list_language_plugins
    from retold.plugins import READERS, Plugin
    from retold.read.readers import load_readers

    plugins = (*load_readers()[1], *list_language_plugins())

    def tell(plugin: Plugin) -> str:
        return plugin.adds if plugin.fault is None else f"set aside: {plugin.fault}"

    print_list(
        plugins,
        (
            ("kind", lambda plugin: "reader" if plugin.declared.group == READERS else "language"),
            ("name", lambda plugin: plugin.declared.name),
            ("package", lambda plugin: plugin.declared.package),
            ("what", tell),
        ),
        as_json=as_json,
        as_csv=False,
        empty="no plugins are installed; docs/plugins.md says how to write one",
    )
    return 1 if any(plugin.fault is not None for plugin in plugins) else 0
