//! The configuration of a new node, with everything it may say in comments.

use super::FILE;

/// What the configuration of a new node says.
#[derive(Clone, Debug, Default)]
pub struct Template<'a> {
    /// Code of its unit.
    pub unit: &'a str,
    /// Links are authenticated.
    pub secure: bool,
    /// Where it listens.
    pub listen: &'a str,
    /// Where others reach it.
    pub address: &'a str,
    /// The node above.
    pub parent: Option<&'a str>,
}

/// The configuration a new node begins with. Whatever it is told stands in it as one text: nothing of it can become a setting of its own.
pub fn template(new: &Template<'_>) -> String {
    let Template { unit, secure, listen, address, parent } = new;
    let quoted = |text: &str| toml::Value::String(text.to_owned()).to_string();
    // In a remark it stands as it is, so it is there only if it is a code.
    let code = if crate::domain::units::is_code(unit) { unit } else { "unit" };
    let (unit, listen) = (quoted(unit), quoted(listen));
    let scheme = if *secure { "https" } else { "http" };
    let parent = match parent {
        Some(url) => format!("[parent]\nurl = {}\n", quoted(url)),
        None => format!(
            "# [parent]                        # the node above; none at the top of the tree\n# url = \"{scheme}://127.0.0.1:7071\"\n"
        ),
    };
    let secure = match (secure, address.is_empty()) {
        (false, _) => {
            "secure = false                    # believes whoever reaches it, so it stays on loopback\n".to_owned()
        }
        (true, true) => "# address = \"https://HOST:PORT\"   # where nodes below reach this one\n".to_owned(),
        (true, false) => format!("address = {}\n", quoted(address)),
    };
    format!(
        "# A motcua node. `motcua serve --config {FILE}` tells every mistake in here before it starts.\n\
         unit = {unit}\n\
         listen = {listen}\n\
         {secure}\
         data = \"data\"\n\n\
         {parent}\n\
         [closing]\n\
         automatic = true                  # after a person has closed the first period\n\
         grace_days = 3                    # days after the end of a legal month (the 14th)\n\
         # two_persons = true              # one prepares, another approves; leave `automatic` out then\n\n\
         # [metrics]                       # for Prometheus, at /metrics\n\
         # listen = \"127.0.0.1:9464\"\n\n\
         # [backup]                        # copies the journal and the keys to a folder that is there, while the node runs\n\
         # to = \"/mnt/backup/{code}\"\n\n\
         # [digest]                        # the day's alerts and forecast, a file each morning; docs/operations.md has the mail\n\
         # to = \"digest\"\n"
    )
}
