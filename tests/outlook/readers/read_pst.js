// What pst-extractor reads from a PST file, one JSON object per message and line: node read_pst.js MODULES FILE
'use strict'
const { createHash } = require('crypto')
const path = require('path')
const { PSTFile } = require(path.join(process.argv[2], 'pst-extractor'))

const BLOCK = 8176
const EMBEDDED = 5 // afEmbeddedMessage
const NORMAL_FOLDER = 2 // [MS-PST] 2.2.2.1, nidType

function content(attachment) {
  const stream = attachment.fileInputStream
  if (!stream) return null
  const hash = createHash('sha256')
  const size = stream.length.toNumber()
  const buffer = Buffer.alloc(BLOCK)
  let done = 0
  while (done < size) {
    const count = Math.min(BLOCK, size - done)
    const block = count === BLOCK ? buffer : Buffer.alloc(count)
    stream.readCompletely(block)
    hash.update(block)
    done += count
  }
  return { size, sha256: hash.digest('hex') }
}

function attachmentOf(attachment) {
  const name = attachment.longFilename || attachment.filename
  return attachment.attachMethod === EMBEDDED ? { name } : { name, ...content(attachment) }
}

function messageOf(message) {
  const recipients = []
  for (let i = 0; i < message.numberOfRecipients; i++) {
    const one = message.getRecipient(i)
    recipients.push({ type: one.recipientType, name: one.displayName, address: one.smtpAddress || one.emailAddress })
  }
  const attachments = []
  for (let i = 0; i < message.numberOfAttachments; i++) attachments.push(attachmentOf(message.getAttachment(i)))
  return {
    class: message.messageClass,
    subject: message.subject,
    body: message.body,
    html: message.bodyHTML,
    headers: message.transportMessageHeaders,
    sender: message.senderEmailAddress,
    read: message.isRead,
    delivered: message.messageDeliveryTime,
    recipients,
    attachments,
  }
}

function walk(folder, above) {
  for (let message = folder.getNextChild(); message; message = folder.getNextChild()) {
    process.stdout.write(JSON.stringify({ folder: above, ...messageOf(message) }) + '\n')
  }
  for (const below of folder.getSubFolders()) {
    if ((below.descriptorNodeId.toNumber() & 0x1f) !== NORMAL_FOLDER) continue // search folders
    const names = [...above, below.displayName]
    process.stdout.write(JSON.stringify({ folder: names, count: below.contentCount }) + '\n')
    walk(below, names)
  }
}

const file = new PSTFile(process.argv[3])
try {
  walk(file.getRootFolder(), [])
} finally {
  file.close()
}
