//! A chat model's own template, as its file holds it (a Jinja template over `messages`).

use crate::{Code, Error, Result};
use minijinja::{Environment, context};

/// `prompt` as the user's message after an empty system message, up to where the answer begins; thinking mode off.
pub(super) fn prompt(template: &str, prompt: &str, begin: &str, end: &str) -> Result<String> {
    let mut environment = Environment::new();
    // Templates in model files are written for a Jinja that knows Python's string methods.
    environment.set_unknown_method_callback(minijinja_contrib::pycompat::unknown_method_callback);
    environment.add_function("raise_exception", |message: String| -> Result<String, minijinja::Error> {
        Err(minijinja::Error::new(minijinja::ErrorKind::InvalidOperation, message))
    });
    let messages = vec![context! { role => "system", content => "" }, context! { role => "user", content => prompt }];
    let values = context! {
        messages,
        add_generation_prompt => true,
        enable_thinking => false,
        bos_token => begin,
        eos_token => end,
    };
    environment.render_str(template, values).map_err(|error| {
        Error::new(Code::ModelDamaged, "This model's chat template cannot be used.")
            .hint("Choose the plain rendering, or another model.")
            .because(error)
    })
}

#[cfg(test)]
mod tests {
    const CHATML: &str = "{% for message in messages %}{{'<|im_start|>' + message['role'] + '\n' + message['content'] + \
        '<|im_end|>' + '\n'}}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}";

    #[test]
    fn the_prompt_stands_after_an_empty_system_message() {
        let text = super::prompt(CHATML, "Write about tea", "", "<|im_end|>").unwrap();
        assert_eq!(
            text,
            "<|im_start|>system\n<|im_end|>\n<|im_start|>user\nWrite about tea<|im_end|>\n<|im_start|>assistant\n"
        );
    }

    #[test]
    fn a_broken_template_is_a_clear_error() {
        let error = super::prompt("{% for", "x", "", "").unwrap_err();
        assert_eq!(error.code, crate::Code::ModelDamaged);
    }
}
