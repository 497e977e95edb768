//! Source text as a string, for serde.

use std::borrow::Cow;
use std::sync::Arc;

use krm::Text;
use serde::{Deserialize, Deserializer, Serializer};

pub(super) fn serialize<S: Serializer>(text: &Arc<Text>, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(text)
}

pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Arc<Text>, D::Error> {
    let text = Cow::<str>::deserialize(from)?;
    Ok(Arc::new((&*text).into()))
}
