//! What was done, and how it ended.

use std::borrow::Cow;

use super::text::{MAX_NAME, check};
use crate::audit::Error;

macro_rules! name_type {
    ($(#[doc = $doc:literal])+ $name:ident { $($(#[doc = $const_doc:literal])+ $const:ident = $text:literal;)+ }) => {
        $(#[doc = $doc])+
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        pub struct $name(Cow<'static, str>);

        impl $name {
            $($(#[doc = $const_doc])+ pub const $const: Self = Self(Cow::Borrowed($text));)+

            /// The name as it is written.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl core::fmt::Display for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

name_type! {
    /// What was done. The constants are what security pages promise to record; [`custom`](Self::custom)
    /// is for everything else.
    ///
    /// ```
    /// use ringfence::audit::Action;
    ///
    /// assert_eq!(Action::PLAN_CHANGE.as_str(), "plan.change");
    /// let mine = Action::custom("agent.train")?;
    /// assert!(Action::custom("audit.prune").is_err());
    /// # drop(mine);
    /// # Ok::<(), ringfence::audit::Error>(())
    /// ```
    Action {
        /// The tenant's plan was changed.
        PLAN_CHANGE = "plan.change";
        /// A user's role was changed.
        USER_ROLE_CHANGE = "user.role_change";
        /// A user was invited.
        USER_INVITE = "user.invite";
        /// A user was removed.
        USER_REMOVE = "user.remove";
        /// Billing data was changed.
        BILLING_CHANGE = "billing.change";
        /// Settings were changed.
        SETTINGS_UPDATE = "settings.update";
        /// A template was edited.
        TEMPLATE_EDIT = "template.edit";
        /// The audit log was exported.
        AUDIT_EXPORT = "audit.export";
        /// An account was deleted.
        ACCOUNT_DELETE = "account.delete";
        /// An authentication: a login, a token, a second factor.
        AUTHENTICATION = "authentication";
        /// A decision about a permission.
        AUTHORIZATION = "authorization";
        /// A record was viewed.
        RECORD_VIEW = "record.view";
        /// A record was created.
        RECORD_CREATE = "record.create";
        /// A record was changed.
        RECORD_UPDATE = "record.update";
        /// A record was deleted.
        RECORD_DELETE = "record.delete";
        /// The programming interface was called.
        API_CALL = "api.call";
        /// Keys were destroyed, and what was sealed under them with them.
        KEY_SHRED = "key.shred";
    }
}

impl Action {
    pub(in crate::audit) const EPOCH: Self = Self(Cow::Borrowed("audit.epoch"));
    pub(in crate::audit) const ERASE: Self = Self(Cow::Borrowed("audit.erase"));
    pub(in crate::audit) const PRUNE: Self = Self(Cow::Borrowed("audit.prune"));
    pub(in crate::audit) const IMPORT: Self = Self(Cow::Borrowed("audit.import"));

    /// An action of your own: 1 to 128 bytes .
    ///
    /// # Errors
    ///
    /// [`Error::Text`], or [`Error::ReservedAction`] for what only the log itself writes.
    pub fn custom(name: impl Into<String>) -> Result<Self, Error> {
        let name = name.into();
        check(&name, MAX_NAME)?;
        let this = Self(Cow::Owned(name));
        if [Self::EPOCH, Self::ERASE, Self::PRUNE, Self::IMPORT].contains(&this) {
            return Err(Error::ReservedAction);
        }
        Ok(this)
    }
}

name_type! {
    /// How it ended.
    Outcome {
        /// It was done.
        SUCCESS = "success";
        /// It was tried, and failed.
        FAILURE = "failure";
        /// It was not allowed.
        DENIED = "denied";
        /// It could not be decided.
        UNDECIDED = "undecided";
    }
}

impl Outcome {
    /// An outcome of your own: 1 to 128 bytes .
    ///
    /// # Errors
    ///
    /// [`Error::Text`].
    pub fn custom(name: impl Into<String>) -> Result<Self, Error> {
        let name = name.into();
        check(&name, MAX_NAME)?;
        Ok(Self(Cow::Owned(name)))
    }
}
